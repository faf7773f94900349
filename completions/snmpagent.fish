complete -c snmpagent -l listen -d 'Where to listen: [transport::][host][:port]; may be given more than once' -r
complete -c snmpagent -l read-community -d 'A community that may read; "public" when none is given' -r
complete -c snmpagent -l write-community -d 'A community that may read and write; "private" when none is given' -r
complete -c snmpagent -l quirk -d 'Misbehave in this way; may be given more than once ("--quirk help" lists the ways)' -r
complete -c snmpagent -l seed -d 'Start of the random numbers that quirks and counters use, to see the same run again' -r
complete -c snmpagent -l max-requests -d 'Stop after this many requests' -r
complete -c snmpagent -s v -l verbose -d 'Print each request and its answer on standard error'
complete -c snmpagent -s h -l help -d 'Print help (see more with \'--help\')'
complete -c snmpagent -s V -l version -d 'Print version'
