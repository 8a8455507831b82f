"""JSONata as Step Functions evaluates it, including pitfalls for authors of state machines."""

import pytest

from local.step_functions.jsonata import JSONataError, value_of


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$sum([1, 2.5, 0.5])", 4),
        ("$input.list", [1]),
        ("$input.empty", []),
        ("$input.objects.name", "one"),
        ("[$input.objects.name]", ["one"]),
        ("[$input.objects.nothing]", []),
        ("$map([5], function($n) { $n })", 5),
        ("$input.nil", None),
        ("$variable", None),
        ("{'kept': $variable, 'lost': $input.nothing}", {"kept": None}),
        ("$merge([{}, $sift($input.object, function($v) { false })])", {}),
        ("""$parse('{"a": [1]}').a""", [1]),
        ("$input.objects[nested.flag].name", "one"),
        ("/* why */ 1", 1),
        ("'$$ in a text'", "$$ in a text"),
    ],
)
def test_an_expression_has_the_value_that_step_functions_gives_it(expression, value):
    variables = {
        "input": {
            "list": [1],
            "empty": [],
            "nil": None,
            "object": {"a": 1},
            "objects": [{"name": "one", "nested": {"flag": True}}],
        },
        "variable": None,
    }

    assert value_of(expression, variables) == value


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("$nothing", "returned nothing"),
        ("$filter([1], function($n) { $n > 1 })", "returned nothing"),
        ("function($n) { $n }", "unsupported result type"),
        ("$eval('1')", r"\$eval is not supported"),
        ("$.a", r"\$ and \$\$ are not supported"),
        ("$$.a", r"\$ and \$\$ are not supported"),
        ("$parse('no JSON')", "failed"),
        ("1 +", "failed"),
        ("1); (2", "failed"),
        ("$merge([1])", "failed"),
    ],
)
def test_what_has_no_value_is_an_error_that_shows_the_expression(expression, reason):
    with pytest.raises(JSONataError, match=reason) as error:
        value_of(expression, {})

    assert expression in str(error.value)
