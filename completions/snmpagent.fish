complete -c snmpagent -l listen -d 'Where to listen: [transport::][host][:port]; may be given more than once' -r -f
complete -c snmpagent -l read-community -d 'A community that may read; "public" when none is given' -r -f
complete -c snmpagent -l write-community -d 'A community that may read and write; "private" when none is given' -r -f
complete -c snmpagent -l user -d 'A user of SNMPv3; what follows belongs to it, up to the next --user. May be given more than once' -r -f
complete -c snmpagent -l auth -d 'The user\'s authentication protocol: MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512' -r -f -a "MD5\t''
SHA\t''
SHA-224\t''
SHA-256\t''
SHA-384\t''
SHA-512\t''"
complete -c snmpagent -l auth-password -d 'The passphrase that the user authenticates with, of 8 octets or more' -r -f
complete -c snmpagent -l auth-password-file -d 'The same from the first line of a file, which keeps it out of the list of processes' -r -F
complete -c snmpagent -l priv -d 'The user\'s privacy protocol: DES, 3DES, AES, AES-192, AES-256, AES-192-C or AES-256-C' -r -f -a "DES\t''
AES\t''
AES-192\t''
AES-256\t''
AES-192-C\t''
AES-256-C\t''"
complete -c snmpagent -l priv-password -d 'The passphrase that the user encrypts with, of 8 octets or more' -r -f
complete -c snmpagent -l priv-password-file -d 'The same from the first line of a file' -r -F
complete -c snmpagent -l access -d 'Whether the user may write: rw (the default) or ro' -r -f -a "ro\t''
rw\t''"
complete -c snmpagent -l min-level -d 'The lowest level that the user is served at: noAuthNoPriv, authNoPriv or authPriv; its own when not given' -r -f -a "noAuthNoPriv\t''
authNoPriv\t''
authPriv\t''"
complete -c snmpagent -l users -d 'A file of users, one a line: NAME auth=PROTO auth-password=PASS ...; may be given more than once' -r -F
complete -c snmpagent -l engine-id -d 'The engine ID of SNMPv3, 5 to 32 octets in hexadecimal; one of this machine and the first address when not given' -r -f
complete -c snmpagent -l quirk -d 'Misbehave in this way; may be given more than once ("--quirk help" lists the ways)' -r -f
complete -c snmpagent -l seed -d 'Start of the random numbers that quirks and counters use, to see the same run again' -r -f
complete -c snmpagent -l max-requests -d 'Stop after this many requests' -r -f
complete -c snmpagent -l no-state -d 'Keep no file of how often the engine has started; the time decides its boots'
complete -c snmpagent -s v -l verbose -d 'Print each request and its answer on standard error'
complete -c snmpagent -s h -l help -d 'Print help (see more with \'--help\')'
complete -c snmpagent -s V -l version -d 'Print version'
