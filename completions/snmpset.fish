complete -c snmpset -s C -d 'The tool\'s own flags, which may be combined' -r
complete -c snmpset -s v -d 'Version of SNMP: 1, 2c or 3' -r
complete -c snmpset -s c -d 'Community, for versions 1 and 2c' -r
complete -c snmpset -l community-file -d 'Read the community from the first line of FILE' -r -F
complete -c snmpset -s r -d 'Retransmissions of a request that stays without an answer' -r
complete -c snmpset -s t -d 'Seconds to wait for each answer; fractions are allowed' -r
complete -c snmpset -l backoff -d 'Make each wait FACTOR times the one before; 2 doubles it' -r
complete -c snmpset -l deadline -d 'Give up after SECONDS altogether, whatever is outstanding' -r
complete -c snmpset -s s -d 'Send from this local address' -r
complete -c snmpset -l clientaddr -d 'Send from this local address; the long form of -s, which beats it' -r
complete -c snmpset -s T -d 'Transport setting NAME=VALUE, such as our_identity, their_identity, trust_cert or their_hostname' -r
complete -c snmpset -s l -d 'Security level: noAuthNoPriv, authNoPriv or authPriv' -r
complete -c snmpset -s u -d 'User (security name)' -r
complete -c snmpset -s a -d 'Authentication protocol: MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512' -r
complete -c snmpset -s A -d 'Authentication passphrase, 8 characters or more' -r
complete -c snmpset -s x -d 'Privacy protocol: DES, AES, AES-192, AES-256, AES-192-C or AES-256-C' -r
complete -c snmpset -s X -d 'Privacy passphrase, 8 characters or more' -r
complete -c snmpset -s e -d 'Engine ID of the agent, in hexadecimal: 5 to 32 octets' -r
complete -c snmpset -s E -d 'Engine ID of the context, in hexadecimal: 5 to 32 octets' -r
complete -c snmpset -s n -d 'Context name' -r
complete -c snmpset -s Z -d 'Boots and time of the agent\'s engine' -r
complete -c snmpset -s 3 -d 'Any option of version 3 with its letter first, or a key' -r
complete -c snmpset -l format -d 'Output format' -r -f -a "text\t'net-snmp\'s text'
json\t'One JSON document'
ndjson\t'One JSON object a line, as it comes'
csv\t'Comma-separated values'
table\t'A table for people'"
complete -c snmpset -s O -d 'Change the text; letters may be combined' -r
complete -c snmpset -s m -d 'MIB modules to load, colons between them' -r
complete -c snmpset -s M -d 'Directories of MIB modules, colons between them; a leading + or - adds to the default list' -r
complete -c snmpset -s P -d 'How to read MIB modules; each letter toggles' -r
complete -c snmpset -s I -d 'How to read OIDs and values' -r
complete -c snmpset -s L -d 'Where messages go' -r
complete -c snmpset -s D -d 'Debugging output for these tokens, commas between them; ALL for everything' -r
complete -c snmpset -s Y -d 'Set a token of snmp.conf; --TOKEN=VALUE does the same' -r
complete -c snmpset -l any-source -d 'Accept answers from any address, not only from the one that was asked'
complete -c snmpset -l no-cache -d 'Neither read nor write the cache of what is known of agents, which SNMPv3 alone has'
complete -c snmpset -l show-target -d 'Print what was understood of AGENT as JSON, and exit'
complete -c snmpset -s j -l json -d 'The same as --format ndjson'
complete -c snmpset -l format-schema -d 'Print the schema of the JSON formats, and exit'
complete -c snmpset -l fail -d 'Tell failures apart by the exit status'
complete -c snmpset -s d -d 'Dump packets in hexadecimal to where messages go'
complete -c snmpset -s H -d 'List the tokens of snmp.conf, and exit'
complete -c snmpset -s h -l help -d 'Print help, and exit; --help says more than -h'
complete -c snmpset -s V -l version -d 'Print the version, and exit'
