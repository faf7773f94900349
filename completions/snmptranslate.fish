complete -c snmptranslate -s T -d 'What to print; letters may be combined' -r -f
complete -c snmptranslate -s w -d 'Break lists of -Td and -Tp at this many columns' -r -f
complete -c snmptranslate -l format -d 'Output format: text, json, ndjson, csv or table' -r -f -a "text\t'net-snmp\'s text'
json\t'One JSON document'
ndjson\t'One JSON object a line, as it comes'
csv\t'Comma-separated values'
table\t'A table for people'"
complete -c snmptranslate -s O -d 'Change the text; letters may be combined' -r -f
complete -c snmptranslate -s m -d 'MIB modules whose names count, colons between them' -r -f
complete -c snmptranslate -s M -d 'Directories of MIB modules, colons between them' -r -f -a "(__fish_complete_directories)"
complete -c snmptranslate -s P -d 'What to tell of MIB modules' -r -f
complete -c snmptranslate -s I -d 'How to read OIDs and values' -r -f
complete -c snmptranslate -s L -d 'Where messages go' -r -f
complete -c snmptranslate -s D -d 'Debugging tokens, commas between them; read and acknowledged only' -r -f
complete -c snmptranslate -s j -l json -d 'The same as --format ndjson'
complete -c snmptranslate -l format-schema -d 'Print the schema of the JSON formats, and exit'
complete -c snmptranslate -l fail -d 'Tell failures apart by the exit status'
complete -c snmptranslate -s h -l help -d 'Print help, and exit; --help says more than -h'
complete -c snmptranslate -s V -l version -d 'Print the version, and exit'
