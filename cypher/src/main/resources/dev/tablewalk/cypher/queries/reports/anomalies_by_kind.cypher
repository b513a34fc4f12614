// id: anomalies_by_kind
// title: What could not be read, by kind
// kind: report
// meaning: Whatever in the guest cannot be read or does not make sense is kept, never dropped. How often each kind occurs, with an
//   example.
// column: kind text | a fixed word
// column: anomalies integer | how many
// column: field text | the member or descriptor, of the first
// column: address text | what the first concerns
// column: detail text | the first, in words
MATCH (a:Anomaly)
WITH a ORDER BY a.address
WITH a.kind AS kind, count(a) AS anomalies, head(collect(a)) AS first
RETURN kind, anomalies, first.field AS field, first.address AS address, first.detail AS detail
ORDER BY anomalies DESC, kind
