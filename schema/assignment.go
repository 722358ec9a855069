package schema

// Assignment gives images to a team by hand, before every owner rule, until it
// is removed. Fields of the scope that are empty match everything; at least one
// must be set. Registry, Repository and Tag are patterns with * and ?.
type Assignment struct {
	// ID is given by the database.
	ID   int64
	Team string
	// Mail and Due, the name of a due policy, are those of the team's first
	// owner rule where they are empty.
	Mail, Due string

	Registry, Repository, Tag, Digest string

	Reason, Who string
}

// Scoped says whether anything narrows the assignment down.
func (a *Assignment) Scoped() bool {
	return a.Registry+a.Repository+a.Tag+a.Digest != ""
}

// AssignmentResult says what became of an assignment.
type AssignmentResult struct {
	ID int64
	// Known says that the same assignment was there before.
	Known bool
	// Locations counts the images, each once for every repository it lies in,
	// that it decides.
	Locations int64
}
