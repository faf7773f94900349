complete -c snmpusm -s C -d 'The tool\'s own flags, which may be combined' -r -f
complete -c snmpusm -s v -d 'Version of SNMP: 1, 2c or 3' -r -f -a "1\t''
2c\t''"
complete -c snmpusm -s c -d 'Community, for versions 1 and 2c' -r -f
complete -c snmpusm -l community-file -d 'Read the community from the first line of FILE' -r -F
complete -c snmpusm -s r -d 'Retransmissions of a request that stays without an answer' -r -f
complete -c snmpusm -s t -d 'Seconds to wait for each answer; fractions are allowed' -r -f
complete -c snmpusm -l backoff -d 'Make each wait FACTOR times as long as the one before; 2 doubles it' -r -f
complete -c snmpusm -l deadline -d 'Give up after SECONDS altogether, whatever is outstanding' -r -f
complete -c snmpusm -l txbuf -d 'Send no message of more than OCTETS' -r -f
complete -c snmpusm -l rxbuf -d 'Take no answer of more than OCTETS' -r -f
complete -c snmpusm -s s -d 'Send from this local address' -r -f
complete -c snmpusm -l clientaddr -d 'The same as -s' -r -f
complete -c snmpusm -s T -d 'Transport setting; read and without effect yet' -r -f
complete -c snmpusm -s l -d 'Security level: noAuthNoPriv, authNoPriv or authPriv' -r -f -a "noAuthNoPriv\t''
authNoPriv\t''
authPriv\t''"
complete -c snmpusm -s u -d 'User (security name)' -r -f
complete -c snmpusm -s a -d 'Authentication protocol: MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512' -r -f -a "MD5\t''
SHA\t''
SHA-224\t''
SHA-256\t''
SHA-384\t''
SHA-512\t''"
complete -c snmpusm -s A -d 'Authentication passphrase, 8 characters or more; "-" asks for it on the terminal' -r -f
complete -c snmpusm -l auth-password-file -d 'Read the authentication passphrase from the first line of FILE' -r -f
complete -c snmpusm -s x -d 'Privacy protocol: DES, 3DES, AES, AES-192, AES-256, AES-192-C or AES-256-C' -r -f -a "DES\t''
AES\t''
AES-192\t''
AES-256\t''
AES-192-C\t''
AES-256-C\t''"
complete -c snmpusm -s X -d 'Privacy passphrase, 8 characters or more; "-" asks for it on the terminal' -r -f
complete -c snmpusm -l priv-password-file -d 'Read the privacy passphrase from the first line of FILE' -r -f
complete -c snmpusm -s e -d 'Engine ID of the agent, in hexadecimal: 5 to 32 octets' -r -f
complete -c snmpusm -s E -d 'Engine ID of the context, in hexadecimal: 5 to 32 octets' -r -f
complete -c snmpusm -s n -d 'Context name' -r -f
complete -c snmpusm -s Z -d 'Boots and time of the agent\'s engine' -r -f
complete -c snmpusm -s 3 -d 'Any option of version 3 with its letter first, or a key' -r -f
complete -c snmpusm -l format -d 'Output format: text, json, ndjson, csv or table' -r -f -a "text\t'net-snmp\'s text'
json\t'One JSON document'
ndjson\t'One JSON object a line, as it comes'
csv\t'Comma-separated values'
table\t'A table for people'"
complete -c snmpusm -s O -d 'Change the text; letters may be combined' -r -f
complete -c snmpusm -s m -d 'MIB modules whose names count, colons between them' -r -f
complete -c snmpusm -s M -d 'Directories of MIB modules, colons between them' -r -f -a "(__fish_complete_directories)"
complete -c snmpusm -s P -d 'What to tell of MIB modules' -r -f
complete -c snmpusm -s I -d 'How to read OIDs and values' -r -f
complete -c snmpusm -s L -d 'Where messages go' -r -f
complete -c snmpusm -s D -d 'Debugging tokens, commas between them; read and acknowledged only' -r -f
complete -c snmpusm -s Y -d 'Set a token of snmp.conf; --TOKEN=VALUE does the same' -r -f
complete -c snmpusm -l any-source -d 'Accept answers from any address'
complete -c snmpusm -l no-cache -d 'Neither read nor write the cache of what is known of agents'
complete -c snmpusm -l show-target -d 'Print what was understood of AGENT as JSON, and exit'
complete -c snmpusm -s j -l json -d 'The same as --format ndjson'
complete -c snmpusm -l format-schema -d 'Print the schema of the JSON formats, and exit'
complete -c snmpusm -l fail -d 'Tell failures apart by the exit status'
complete -c snmpusm -s d -d 'Dump packets in hexadecimal to where messages go'
complete -c snmpusm -s H -d 'List the tokens of snmp.conf, and exit'
complete -c snmpusm -s h -l help -d 'Print help, and exit; --help says more than -h'
complete -c snmpusm -s V -l version -d 'Print the version, and exit'
