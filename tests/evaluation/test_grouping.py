import numpy as np

from tocsin.evaluation.grouping import rows_by_name


def test_rows_of_each_name_come_in_their_order_and_names_by_the_alphabet():
    names = np.array(["b", "a", "b", "c", "a", "b"], dtype=object)
    found = {name: rows.tolist() for name, rows in rows_by_name(names).items()}
    assert list(found.items()) == [("a", [1, 4]), ("b", [0, 2, 5]), ("c", [3])]


def test_no_rows_have_no_names():
    assert rows_by_name(np.empty(0, dtype=object)) == {}
