"""What people sent, and what became of it: submissions, answers, activities, columns of the lead. Pure."""

from __future__ import annotations

from leadferry.solution.columns import choice, counted_text, date, key, lookup, memo, moment, rollup, text, whole
from leadferry.solution.model import Table

SUBMISSIONS = Table(
    "ferry_linkedinformsubmission",
    "ferry_linkedinformsubmissions",
    "LinkedIn Lead Gen Form Submission",
    "LinkedIn Lead Gen Form Submissions",
    "One submission of a lead gen form by a LinkedIn member.",
    (
        text("name", "Name", 100, "Short name for lists.", primary=True),
        lookup(
            "contact",
            "Contact",
            "contact",
            "ferry_contact_ferry_linkedinformsubmission_contact",
            "Contact tied to the submission.",
            moves_on_merge=True,
        ),
        lookup(
            "Lead",
            "Lead",
            "lead",
            "ferry_lead_ferry_linkedinformsubmission_Lead",
            "Lead created or matched.",
            moves_on_merge=True,
        ),
        text("LinkedInAccountID", "LinkedIn account", 100, "Ad account identifier (text)."),
        lookup(
            "LinkedInCampaign",
            "LinkedIn Campaign",
            "ferry_linkedincampaign",
            "ferry_ferry_linkedincampaign_ferry_linkedinformsubmission_LinkedInCampaign",
            "Campaign row.",
        ),
        text("LinkedInCampaignID", "LinkedIn campaign ID", 100, "Campaign identifier (text)."),
        text("LinkedInCreativeID", "LinkedIn Creative ID", 100, "Creative identifier (text)."),
        lookup(
            "LinkedInFormID",
            "LinkedIn Lead Gen Form",
            "ferry_linkedinform",
            "ferry_ferry_linkedinform_ferry_linkedinformsubmission_LinkedInFormID",
            "Form row.",
        ),
        counted_text("LinkedInFormName", "Source Form", 4000, "Name of the source form."),
        text("linkedinformsubmission_textid", "LinkedIn Lead Gen", 100, "Submission identifier on LinkedIn (text)."),
        lookup(
            "LinkedInUserProfileID",
            "LinkedIn User Profile",
            "ferry_linkedinuserprofile",
            "ferry_userprofile_linkedinformsubmission",
            "User profile whose authorization brought the submission.",
            required=True,
        ),
        choice(
            "matchingstatus",
            "Matching status",
            (
                "Pending lead matching",
                "New lead created",
                "Updated existing lead",
                "Match failed",
                "Lead creation failed",
                "Lead update failed",
                "Lead matched but not updated",
            ),
            "Outcome of lead matching.",
            default=0,
        ),
        choice(
            "processingstate",
            "Processing State",
            (
                "Unprocessed",
                "Processing Succeeded",
                "Processing Failed",
            ),
            "Technical processing state.",
            default=0,
        ),
        moment("SubmissionDate", "Submission date", "When the member submitted."),
        text("Type", "Type", 100, "Submission type."),
    ),
    keys=(key("SubmissionKey", "LinkedIn form response id", "linkedinformsubmission_textid"),),
)

ANSWERS = Table(
    "ferry_linkedinformanswer",
    "ferry_linkedinformanswers",
    "LinkedIn Form Submission Answer",
    "LinkedIn Form Submission Answers",
    "One answer inside one submission.",
    (
        text("name", "Name", 100, "Short name for lists.", required=True, primary=True),
        text("answer_textid", "Answer Id", 100, "Identifier of the answer as text."),
        text("AnswerFormat", "Answer format", 100, "Format of the answer."),
        text("AnswerText", "Answer text", 4000, "The answer given."),
        lookup(
            "linkedinformquestion",
            "LinkedIn question",
            "ferry_linkedinformquestion",
            "ferry_linkedinformanswer_linkedinformquestion_relation",
            "Question answered.",
        ),
        lookup(
            "linkedinformsubmission",
            "LinkedIn form submission ID",
            "ferry_linkedinformsubmission",
            "ferry_linkedinformsubmission_answer",
            "Submission the answer belongs to.",
        ),
        text("linkedinquestionid", "LinkedIn question ID", 300, "Question identifier on LinkedIn."),
    ),
    keys=(key("AnswerKey", "LinkedIn answer id", "answer_textid"),),
    has_notes=True,
)

ACTIVITIES = Table(
    "ferry_linkedinactivity",
    "ferry_linkedinactivities",
    "LinkedIn Activity",
    "LinkedIn Activities",
    "One piece of sync work, with its payload and its error.",
    (
        text("name", "Name", 100, "Short name for lists.", required=True, primary=True),
        text("action_status", "Action Status", 100, "What became of it."),
        memo("activityadditionalparams", "JSON Payload", 1048576, "JSON payload of the activity."),
        whole("actualdurationminutes", "Actual duration (min)", "Duration in minutes.", minimum=0),
        date("actualend", "Actual end", "End date."),
        date("actualstart", "Actual start", "Start date."),
        memo("description", "Description", 2000, "Description."),
        whole("durationmillisecond", "Duration (milliseconds)", "Duration in milliseconds."),
        memo("error_message", "Error message", 2000, "Error text when the work failed."),
    ),
    has_notes=True,
)

LEADS = Table(
    "Lead",
    "leads",
    "Lead",
    "Leads",
    "What a lead tells about its way from LinkedIn.",
    (
        text("companysize", "Company size", 100, "Company size."),
        text("degree", "Degree", 100, "Highest degree."),
        text("fieldofstudy", "Field of study", 100, "Field of study."),
        text("graduationdate", "Graduation date", 100, "Graduation date (text)."),
        text("industry", "Industry", 100, "Industry (text)."),
        text("jobfunction", "Job function", 100, "Job function."),
        moment("latestsubmissiondate", "Latest Form Submission Date", "Date of the newest submission."),
        lookup(
            "LinkedInCampaign",
            "LinkedIn Campaign",
            "ferry_linkedincampaign",
            "ferry_ferry_linkedincampaign_lead_LinkedInCampaign",
            "LinkedIn campaign the lead came from.",
        ),
        *rollup("linkedinsubmissioncount", "LinkedIn Form Submissions", "Submissions tied to this lead."),
        text("school", "School", 100, "Last school or university."),
        text("seniority", "Seniority", 100, "Seniority."),
        lookup(
            "sourceform",
            "Source LinkedIn Form",
            "ferry_linkedinform",
            "ferry_ferry_linkedinform_lead_sourceform",
            "Form the lead first came from.",
        ),
        text("startdate", "Start date", 100, "Start date at the last school (text)."),
    ),
    standard=True,
)
