"""LinkedIn's industries and the 33 of Dynamics (`industrycode`): which stands for which. Pure.

LinkedIn's names of before and after its revision of 2022. Dynamics' list is of another age: where nothing fits well,
the nearest trade by how the company earns its money. An option that an environment added under the industry's own name
wins.
"""

from __future__ import annotations

from functools import lru_cache

from leadferry.mapping.transforms.text import bare

_BY_OPTION: dict[int, str] = {
    1: "Accounting",
    2: "Agriculture|Farming|Farming, Ranching, Forestry|Ranching|Ranching and Fisheries|Fishery|Fisheries|"
    "Forestry and Logging|Dairy|Horticulture|Mining & Metals|Mining|Metal Ore Mining|Coal Mining|"
    "Nonmetallic Mineral Mining",
    3: "Broadcast Media|Broadcast Media Production and Distribution|Radio and Television Broadcasting|Printing|"
    "Printing Services|Publishing|Book Publishing|Book and Periodical Publishing|Periodical Publishing|"
    "Newspapers|Newspaper Publishing|Online Media|Online Audio and Video Media|Media Production|"
    "Media & Telecommunications|Writing & Editing|Writing and Editing|Motion Pictures & Film|"
    "Movies, Videos, and Sound|Movies and Sound Recording|Animation|Animation and Post-production|Music|"
    "Musicians|Sound Recording|Internet News|Internet Publishing|Broadcasting",
    4: "Commercial Real Estate|Leasing Non-residential Real Estate|Real Estate Agents and Brokers|Investment Advice|"
    "Securities and Commodity Exchanges|Brokerage",
    5: "Building Materials|Wholesale Building Materials|Retail Building Materials and Garden Equipment|"
    "Glass, Ceramics & Concrete",
    6: "Business Services|Information Technology and Services|Information Technology & Services|"
    "IT Services and IT Consulting|Computer Software|Software Development|Software|Internet|"
    "Technology, Information and Internet|Technology, Information and Media|Computer & Network Security|"
    "Computer and Network Security|Computer Networking|Information Services|Data Infrastructure and Analytics|"
    "Data Security Software Products|Business Intelligence Platforms|Blockchain Services|Outsourcing/Offshoring|"
    "Outsourcing and Offshoring Consulting|Human Resources|Human Resources Services|Staffing and Recruiting|"
    "Staffing & Recruiting|Executive Offices|Facilities Services|Events Services|Security and Investigations|"
    "Security & Investigations|Translation and Localization|Translation & Localization|"
    "Administrative and Support Services|Office Administration|Professional Services|Market Research|"
    "Telephone Call Centers|Research|Research Services|Biotechnology Research|Nanotechnology|"
    "Nanotechnology Research|Computer Games|Mobile Gaming Apps|IT System Data Services|"
    "IT System Custom Software Development|IT System Design Services|Desktop Computing Software Products|"
    "Embedded Software Products|Mobile Computing Software Products|Internet Marketplace Platforms|"
    "Social Networking Platforms|Web Hosting|Cloud Computing|SaaS|Information Technology",
    7: "Consulting|Management Consulting|Business Consulting and Services|Strategic Management Services|"
    "Environmental Services|Environmental Consulting|Engineering Services|Civil Engineering|Think Tanks|"
    "Public Policy|Public Policy Offices|Operations Consulting|International Trade and Development|"
    "International Trade & Development|Program Development",
    8: "Consumer Services|Personal Care Services|Household Services|"
    "Laundry and Drycleaning Services|Pet Services|Veterinary|Veterinary Services|Alternative Medicine|"
    "Health, Wellness and Fitness|Health, Wellness & Fitness|Wellness and Fitness Services|E-Learning|"
    "E-Learning Providers|Education Management|Education Administration Programs|Education|Higher Education|"
    "Primary/Secondary Education|Primary and Secondary Education|Professional Training & Coaching|"
    "Professional Training and Coaching|Technical and Vocational Training|Language Schools|Libraries",
    9: "Design|Design Services|Graphic Design|Interior Design|Architecture & Planning|Architecture and Planning|"
    "Arts and Crafts|Arts & Crafts|Artists and Writers|Fine Art|Photography|Marketing and Advertising|"
    "Marketing & Advertising|Advertising Services|Marketing Services|Public Relations and Communications|"
    "Public Relations & Communications|Public Relations and Communications Services|Landscape Architecture|"
    "Landscaping Services|Media and Communications",
    10: "Import and Export|Import & Export|Wholesale Import and Export|Package/Freight Delivery|"
    "Package & Freight Delivery|Freight and Package Transportation|Warehousing|Warehousing and Storage|"
    "Distribution|Logistics and Supply Chain|Logistics & Supply Chain|"
    "Transportation, Logistics, Supply Chain and Storage",
    11: "Hospital & Health Care|Hospitals and Health Care|Hospitals|Health Care|Healthcare|Medical Practice|"
    "Medical Practices|Medical Practices & Clinics|Mental Health Care|Physicians|Dentists|Optometrists|"
    "Chiropractors|Physical, Occupational and Speech Therapists|Outpatient Care Centers|Ambulance Services|"
    "Home Health Care Services|Nursing Homes and Residential Care Facilities|Medical and Diagnostic Laboratories",
    12: "Manufacturing|Machinery|Machinery Manufacturing|Industrial Machinery|Industrial Machinery Manufacturing|"
    "Automation Machinery Manufacturing|Industrial Automation|Automotive|Motor Vehicle Manufacturing|"
    "Motor Vehicle Parts Manufacturing|Aviation & Aerospace|Aviation and Aerospace Component Manufacturing|"
    "Defense & Space|Defense and Space Manufacturing|Electrical/Electronic Manufacturing|"
    "Electrical & Electronic Manufacturing|Appliances, Electrical, and Electronics Manufacturing|"
    "Electrical Equipment Manufacturing|Computer Hardware|Computer Hardware Manufacturing|"
    "Computers and Electronics Manufacturing|Semiconductors|Semiconductor Manufacturing|Consumer Electronics|"
    "Medical Devices|Medical Device|Medical Equipment Manufacturing|Mechanical or Industrial Engineering|"
    "Mechanical Or Industrial Engineering|Shipbuilding|Railroad Equipment Manufacturing|Railroad Manufacture|"
    "Furniture|Furniture and Home Furnishings Manufacturing|Fabricated Metal Products|"
    "Primary Metal Manufacturing|Glass, Ceramics and Concrete Manufacturing|Wood Product Manufacturing|"
    "Business Supplies and Equipment|Business Supplies & Equipment|Sporting Goods|Sporting Goods Manufacturing|"
    "Communications Equipment Manufacturing|Robotics Engineering|Robot Manufacturing|"
    "Renewable Energy Equipment Manufacturing|Measuring and Control Instrument Manufacturing|"
    "Photographic Equipment Manufacturing|Transportation Equipment Manufacturing|Plastics|Plastics Manufacturing|"
    "Plastics and Rubber Product Manufacturing|Rubber Products Manufacturing|Packaging and Containers|"
    "Packaging & Containers|Packaging and Containers Manufacturing",
    13: "Restaurants|Food and Beverage Services|Food & Beverages|Food and Beverages|Bars, Taverns, and Nightclubs|"
    "Caterers|Mobile Food Services",
    14: "Entertainment|Entertainment Providers|Performing Arts|Performing Arts and Spectator Sports|Spectator Sports|"
    "Sports|Museums and Institutions|Museums & Institutions|Museums, Historical Sites, and Zoos|Museums|"
    "Gambling & Casinos|Gambling Facilities and Casinos|Recreational Facilities and Services|"
    "Recreational Facilities & Services|Recreational Facilities|Amusement Parks and Arcades|Events Entertainment",
    15: "Equipment Rental Services|Commercial and Industrial Equipment Rental|Consumer Goods Rental|Equipment Rental",
    16: "Banking|Financial Services|Finance|Investment Banking|Investment Management|Capital Markets|"
    "Venture Capital & Private Equity|Venture Capital and Private Equity Principals|Funds and Trusts|"
    "Credit Intermediation|Savings Institutions|Loan Brokers|International Affairs Finance|Pension Funds|"
    "Trusts and Estates|Fundraising",
    17: "Food Production|Food and Beverage Manufacturing|Food Manufacturing|Beverage Manufacturing|Wine and Spirits|"
    "Wine & Spirits|Wineries|Breweries|Distilleries|Dairy Product Manufacturing|Meat Products Manufacturing|"
    "Tobacco|Tobacco Manufacturing|Baked Goods Manufacturing|Seafood Product Manufacturing|"
    "Sugar and Confectionery Product Manufacturing",
    18: "Paper & Forest Products|Paper and Forest Product Manufacturing|Steel Manufacturing",
    19: "Repair and Maintenance|Vehicle Repair and Maintenance|Commercial and Industrial Machinery Maintenance|"
    "Electronic and Precision Equipment Maintenance|Reupholstery and Furniture Repair|"
    "Footwear and Leather Goods Repair",
    20: "Insurance|Insurance Carriers|Insurance Agencies and Brokerages|Insurance and Employee Benefit Funds|"
    "Claims Adjusting, Actuarial Services",
    21: "Law Practice|Legal Services|Legal|Alternative Dispute Resolution|Law Enforcement|Judiciary|"
    "Administration of Justice|Courts of Law",
    22: "Retail|Supermarkets|Retail Groceries|Apparel & Fashion|Apparel and Fashion|Retail Apparel and Fashion|"
    "Apparel Manufacturing|Cosmetics|Personal Care Product Manufacturing|Consumer Goods|Textiles|"
    "Textile Manufacturing|Retail Health and Personal Care Products|Food and Beverage Retail|Retail Gasoline|"
    "Pharmaceuticals|Pharmaceutical Manufacturing|Biotechnology|Leather Product Manufacturing|"
    "Footwear Manufacturing|Soap and Cleaning Product Manufacturing",
    23: "Leisure, Travel & Tourism|Leisure, Travel and Tourism|Travel Arrangements|Travel|Tourism|Hospitality|"
    "Hotels and Motels|Accommodation|Accommodation and Food Services|Bed-and-Breakfasts, Hostels, Homestays",
    24: "Oil & Energy|Oil and Energy|Oil and Gas|Oil & Gas|Oil Extraction|Natural Gas Extraction|"
    "Oil, Gas, and Mining|Chemicals|Chemical Manufacturing|Chemical Raw Materials Manufacturing|"
    "Oil and Coal Product Manufacturing|Paint, Coating, and Adhesive Manufacturing|"
    "Agricultural Chemical Manufacturing|Artificial Rubber and Synthetic Fiber Manufacturing|"
    "Fossil Fuel Electric Power Generation",
    25: "Online and Mail Order Retail|Retail Office Equipment|Retail Office Supplies and Gifts",
    26: "Political Organization|Political Organizations|Professional Organizations|Industry Associations|"
    "Alumni Associations|Legislative Office|Legislative Offices",
    27: "Nonprofit Organization Management|Nonprofit Organizations|Non-profit Organizations|"
    "Non-profit Organization Management|Philanthropy|Philanthropic Fundraising Services|"
    "Civic and Social Organizations|Civic and Social Organization|Religious Institutions|"
    "Individual and Family Services|Government Administration|Government Relations|Government Relations Services|"
    "Public Safety|Military|Armed Forces|International Affairs|Child Day Care Services|Community Services|"
    "Vocational Rehabilitation Services|Emergency and Relief Services|Public Assistance Programs|"
    "Health and Human Services",
    28: "Construction|Building Construction|Residential Building Construction|Nonresidential Building Construction|"
    "Specialty Trade Contractors|Building Equipment Contractors|Building Finishing Contractors|"
    "Building Structure and Exterior Contractors|Highway, Street, and Bridge Construction|"
    "Utility System Construction|Subdivision of Land|Janitorial Services",
    29: "Real Estate|Real Estate and Equipment Rental Services|Leasing Real Estate|Leasing Residential Real Estate|"
    "Luxury Goods & Jewelry|Luxury Goods and Jewelry|Retail Luxury Goods and Jewelry|Retail Art Supplies|"
    "Retail Art Dealers|Retail Florists|Retail Books and Printed News|Retail Musical Instruments|"
    "Retail Furniture and Home Furnishings|Retail Appliances, Electrical, and Electronic Equipment",
    30: "Transportation/Trucking/Railroad|Transportation|Truck Transportation|Rail Transportation|"
    "Ground Passenger Transportation|Airlines/Aviation|Airlines and Aviation|Airlines & Aviation|Maritime|"
    "Maritime Transportation|Postal Services|Taxi and Limousine Services|Urban Transit Services|"
    "Interurban and Rural Bus Services|Sightseeing Transportation|Pipeline Transportation|"
    "School and Employee Bus Services",
    31: "Utilities|Electric Power Generation|Electric Power Transmission, Control, and Distribution|"
    "Natural Gas Distribution|Water Supply and Irrigation Systems|"
    "Water, Waste, Steam, and Air Conditioning Services|Waste Collection|Waste Treatment and Disposal|"
    "Renewables & Environment|Renewable Energy Power Generation|Renewable Energy Semiconductor Manufacturing|"
    "Services for Renewable Energy|Solar Electric Power Generation|Wind Electric Power Generation|"
    "Nuclear Electric Power Generation|Hydroelectric Power Generation|Geothermal Electric Power Generation|"
    "Biomass Electric Power Generation|Telecommunications|Telecommunications Carriers|Wireless|Wireless Services|"
    "Satellite Telecommunications|Cable and Satellite Programming|Energy",
    32: "Retail Motor Vehicles|Automotive Retail|Vehicle Retail",
    33: "Wholesale|Wholesale Machinery|Wholesale Food and Beverage|Wholesale Chemical and Allied Products|"
    "Wholesale Computer Equipment|Wholesale Hardware, Plumbing, Heating Equipment|Wholesale Metals and Minerals|"
    "Wholesale Motor Vehicles and Parts|Wholesale Apparel and Sewing Supplies|Wholesale Drugs and Sundries|"
    "Wholesale Furniture and Home Furnishings|Wholesale Paper Products|"
    "Wholesale Petroleum and Petroleum Products|Wholesale Raw Farm Products|Wholesale Recyclable Materials|"
    "Wholesale Alcoholic Beverages|Wholesale Appliances, Electrical, and Electronics|"
    "Wholesale Luxury Goods and Jewelry|Wholesale Photography Equipment and Supplies|Wholesale Footwear|"
    "Wholesale Pharmaceuticals",
}


@lru_cache(1)
def industry_options() -> dict[str, int]:
    """LinkedIn's name, bare -> value of `industrycode`."""
    return {bare(name): value for value, names in _BY_OPTION.items() for name in names.split("|")}
