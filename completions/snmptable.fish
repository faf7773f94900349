complete -c snmptable -s C -d 'The tool\'s own flags, which may be combined' -r -f
complete -c snmptable -l join -d 'Put the rows of this table beside those of TABLE; may be given several times' -r -f
complete -c snmptable -l columns -d 'Fetch and print these columns alone, in this order' -r -f
complete -c snmptable -l where -d 'Print the rows of which this is so; given again, both must be so' -r -f
complete -c snmptable -l sort -d 'Print the rows in the order of this column; with a - before it, in reverse' -r -f
complete -c snmptable -l rows-from -d 'Begin with the row of this index, or the first one behind it' -r -f
complete -c snmptable -l rows-to -d 'End with the row of this index, or with the last one that begins so' -r -f
complete -c snmptable -l require -d 'What every row must have: columns with commas between them, all, or none' -r -f
complete -c snmptable -l require-mask -d 'The same as a mask; bit 0 is the first object of the index' -r -f
complete -c snmptable -l last-change -d 'The object that tells when the table changed, or none' -r -f
complete -c snmptable -l max-iter -d 'How often the table is read at most, until it holds still' -r -f
complete -c snmptable -s v -d 'Version of SNMP: 1, 2c or 3' -r -f -a "1\t''
2c\t''"
complete -c snmptable -s c -d 'Community, for versions 1 and 2c' -r -f
complete -c snmptable -l community-file -d 'Read the community from the first line of FILE' -r -F
complete -c snmptable -s r -d 'Retransmissions of a request that stays without an answer' -r -f
complete -c snmptable -s t -d 'Seconds to wait for each answer; fractions are allowed' -r -f
complete -c snmptable -l backoff -d 'Make each wait FACTOR times as long as the one before; 2 doubles it' -r -f
complete -c snmptable -l txbuf -d 'Send no message of more than OCTETS' -r -f
complete -c snmptable -l rxbuf -d 'Take no answer of more than OCTETS' -r -f
complete -c snmptable -s s -d 'Send from this local address' -r -f
complete -c snmptable -l clientaddr -d 'The same as -s' -r -f
complete -c snmptable -s T -d 'Transport setting; read and without effect yet' -r -f
complete -c snmptable -s l -d 'Security level: noAuthNoPriv, authNoPriv or authPriv' -r -f -a "noAuthNoPriv\t''
authNoPriv\t''
authPriv\t''"
complete -c snmptable -s u -d 'User (security name)' -r -f
complete -c snmptable -s a -d 'Authentication protocol: MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512' -r -f -a "MD5\t''
SHA\t''
SHA-224\t''
SHA-256\t''
SHA-384\t''
SHA-512\t''"
complete -c snmptable -s A -d 'Authentication passphrase, 8 characters or more; "-" asks for it on the terminal' -r -f
complete -c snmptable -l auth-password-file -d 'Read the authentication passphrase from the first line of FILE' -r -f
complete -c snmptable -s x -d 'Privacy protocol: DES, 3DES, AES, AES-192, AES-256, AES-192-C or AES-256-C' -r -f -a "DES\t''
AES\t''
AES-192\t''
AES-256\t''
AES-192-C\t''
AES-256-C\t''"
complete -c snmptable -s X -d 'Privacy passphrase, 8 characters or more; "-" asks for it on the terminal' -r -f
complete -c snmptable -l priv-password-file -d 'Read the privacy passphrase from the first line of FILE' -r -f
complete -c snmptable -s e -d 'Engine ID of the agent, in hexadecimal: 5 to 32 octets' -r -f
complete -c snmptable -s E -d 'Engine ID of the context, in hexadecimal: 5 to 32 octets' -r -f
complete -c snmptable -s n -d 'Context name' -r -f
complete -c snmptable -s Z -d 'Boots and time of the agent\'s engine' -r -f
complete -c snmptable -s 3 -d 'Any option of version 3 with its letter first, or a key' -r -f
complete -c snmptable -s O -d 'Change the text; letters may be combined' -r -f
complete -c snmptable -s m -d 'MIB modules whose names count, colons between them' -r -f
complete -c snmptable -s M -d 'Directories of MIB modules, colons between them' -r -f -a "(__fish_complete_directories)"
complete -c snmptable -s P -d 'What to tell of MIB modules' -r -f
complete -c snmptable -s I -d 'How to read OIDs and values' -r -f
complete -c snmptable -s L -d 'Where messages go' -r -f
complete -c snmptable -s D -d 'Debugging tokens, commas between them; read and acknowledged only' -r -f
complete -c snmptable -s Y -d 'Set a token of snmp.conf; --TOKEN=VALUE does the same' -r -f
complete -c snmptable -l target -d 'Ask this agent, too; may be given several times' -r -f
complete -c snmptable -l jobs -d 'Ask at most N agents at a time; 1000 by default' -r -f
complete -c snmptable -l shard -d 'Ask only every N-th agent of the list, from the I-th on' -r -f
complete -c snmptable -l format -d 'Output format: text, json, ndjson, csv, table or vertical' -r -f -a "text\t'net-snmp\'s text'
json\t'One JSON document'
ndjson\t'One JSON object a line'
csv\t'Comma-separated values'
table\t'A table for people'
vertical\t'One line for each cell, row by row'"
complete -c snmptable -l targets -d 'Ask every agent of the list in FILE; AGENT is left out then' -r -f
complete -c snmptable -l deadline -d 'Give up after SECONDS altogether, whatever is outstanding' -r -f
complete -c snmptable -l best-effort -d 'Print what there is when the table does not hold still'
complete -c snmptable -l any-source -d 'Accept answers from any address'
complete -c snmptable -l no-cache -d 'Neither read nor write the cache of what is known of agents'
complete -c snmptable -l show-target -d 'Print what was understood of AGENT as JSON, and exit'
complete -c snmptable -s j -l json -d 'The same as --format ndjson'
complete -c snmptable -l format-schema -d 'Print the schema of the JSON formats, and exit'
complete -c snmptable -l fail -d 'Tell failures apart by the exit status'
complete -c snmptable -s d -d 'Dump packets in hexadecimal to where messages go'
complete -c snmptable -s H -d 'List the tokens of snmp.conf, and exit'
complete -c snmptable -s h -l help -d 'Print help, and exit; --help says more than -h'
complete -c snmptable -s V -l version -d 'Print the version, and exit'
complete -c snmptable -l ordered -d 'Print the results in the order of the list'
