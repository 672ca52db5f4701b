import KindredCommand
import TestSupport
import Testing

struct HeldOutPeopleTests {
  /// User u has u ratings, of the items 1 to u, with the stars 1 to 5 in turn; the last one came first.
  private let users: RatedUsers = {
    var users = RatedUsers()
    for count in 1...60 {
      let items = (1...UInt32(count)).map { $0 }
      users.append(
        .integer(UInt64(count)), items: items, weights: items.map { Float($0) },
        values: items.map { Double(1 + $0 % 5) }, times: items.map { 1000 - Int64($0) / 2 })
    }
    return users
  }()

  private func plan(_ seed: UInt64 = 0) -> HeldOutPeople.Plan {
    .init(seed: seed, testCount: 10, validationCount: 12, relevantFrom: 4)
  }

  @Test
  func `known and hidden are all ratings of a person, and relevant is what is liked of the hidden`()
  {
    for seed in UInt64(0)..<20 {
      let people = HeldOutPeople(of: users, plan(seed))
      #expect(people.test.count == 10 && people.validation.count == 12)
      for person in people.test + people.validation {
        let ratings = users.ratings(of: person.user)
        let known = Set(person.known)
        #expect(known.count == person.known.count && known.isSubset(of: Set(ratings)))
        #expect(person.known.count == HeldOutPeople.knownCount(of: ratings.count, share: 0.8))
        let liked = ratings.filter { !known.contains($0) && users.values[$0] >= 4 }
        #expect(person.relevant == Set(liked.map { users.items[$0] }))
      }
      let drawn = (people.test + people.validation).map(\.user)
      #expect(Set(drawn).count == drawn.count, "nobody is drawn twice")
      #expect(!drawn.contains(0), "of a single rating nothing can be hidden")
    }
  }

  @Test func `the seed decides, and those for the test do not depend on validation`() {
    let people = HeldOutPeople(of: users, plan())
    #expect(people.test == HeldOutPeople(of: users, plan()).test)
    #expect(people.test != HeldOutPeople(of: users, plan(1)).test)
    var alone = plan()
    alone.validationCount = 0
    #expect(HeldOutPeople(of: users, alone).test == people.test)
    #expect(HeldOutPeople(of: users, alone).validation.isEmpty)
  }

  @Test func `by time what is known came before what is hidden`() {
    var plan = plan()
    plan.order = .byTime
    var ties = 0
    for person in HeldOutPeople(of: users, plan).test {
      let times = person.known.map { users.times[$0] }
      #expect(times == times.sorted())
      let known = Set(person.known)
      let hidden = users.ratings(of: person.user).filter { !known.contains($0) }
      #expect(hidden.allSatisfy { users.times[$0] >= times.last ?? 0 })
      for (left, right) in zip(person.known, person.known.dropFirst())
      where users.times[left] == users.times[right] && left > right { ties += 1 }
    }
    #expect(ties > 0, "equal times are in a drawn order")
  }

  @Test func `at least one rating is known, and at least one is not`() {
    for count in [2, 3, 4, 5, 10, 100, 1000] {
      for share in [1e-9, 0.2, 0.29, 0.5, 0.8, 0.999_999] {
        let known = HeldOutPeople.knownCount(of: count, share: share)
        #expect((1..<count).contains(known))
      }
    }
    #expect(HeldOutPeople.knownCount(of: 100, share: 0.29) == 29)
    #expect(HeldOutPeople.knownCount(of: 10, share: 0.8) == 8)
    #expect(HeldOutPeople.knownCount(of: 9, share: 0.8) == 7)
  }

  @Test func `users have the order of their ids, whatever that of a file`() {
    var shuffled = RatedUsers()
    for count in (1...60).shuffled() {
      let range = users.ratings(of: count - 1)
      shuffled.append(
        .integer(UInt64(count)), items: Array(users.items[range]),
        weights: Array(users.weights[range]), values: Array(users.values[range]),
        times: Array(users.times[range]))
    }
    shuffled.sort()
    #expect(shuffled.ids == users.ids)
    let people = HeldOutPeople(of: shuffled, plan())
    let others = HeldOutPeople(of: users, plan())
    #expect(people.test.map(\.user) == others.test.map(\.user))
    #expect(people.test.map(\.relevant) == others.test.map(\.relevant))
    for (person, other) in zip(people.test, others.test) {
      #expect(shuffled.vector(of: person.known) == users.vector(of: other.known))
    }
  }

  @Test func `a query is the first of what is known`() {
    let known = [9, 4, 7]
    #expect(Array(QueryLength.first(2).query(of: known)) == [9, 4])
    #expect(Array(QueryLength.first(5).query(of: known)) == known)
    #expect(Array(QueryLength.all.query(of: known)) == known)
    for text in ["0", "-1", "", "5.0", "ALL", "99999999999999999999"] {
      #expect(QueryLength(text) == nil, "\(text)")
    }
  }
}
