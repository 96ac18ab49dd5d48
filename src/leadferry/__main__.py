from leadferry.cli.main import main

main()
