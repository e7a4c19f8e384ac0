from privcrm.services.files.problems import Problems
from privcrm.services.files.sentences import say


def test_one_thing_wrong_is_one_problem_with_its_rows_in_order_and_once():
    problems = Problems("list.csv")
    for row in (7, 3, 3, 7):
        problems.add(say("is empty"), row=row)
    assert problems.count == 2
    assert problems.sentences() == ("list.csv, rows 3, 7: is empty",)
