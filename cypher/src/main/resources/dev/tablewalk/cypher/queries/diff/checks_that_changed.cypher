// id: checks_that_changed
// title: Constraints that come to something else on the two sides
// kind: report
// of: diff
// meaning: A constraint that passed before and fails after, or the other way round, or that finds more or fewer
//   violations. There are rows only in a diff that was made with --checks.
// column: id text | the constraint
// column: severity text | how bad a violation is
// column: before text | what it came to before
// column: after text | what it came to after
// column: rows_before integer | violations before
// column: rows_after integer | violations after
// column: title text | what the constraint looks for
MATCH (k:Check:Changed)
RETURN k.id AS id, k.severity AS severity, k.before AS before, k.after AS after, k.rows_before AS rows_before,
  k.rows_after AS rows_after, k.title AS title
ORDER BY CASE WHEN k.before = k.after THEN 1 ELSE 0 END, id
