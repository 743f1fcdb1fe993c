package org.postseal.policy.condition;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.policy.header.HeaderQuestion;
import org.postseal.policy.header.HeaderTest;
import org.postseal.policy.header.SubjectFields;
import org.postseal.policy.header.TextReadings;
import org.postseal.policy.header.TextTest;
import org.postseal.policy.header.TextTestReader;
import org.postseal.policy.schema.Schema;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/**
 * {@code header} and {@code subject}: header fields that pass any of the tests.
 *
 * @param readings which of the texts that mail programs may show must pass
 */
public record HeaderCondition(HeaderQuestion question, TextReadings readings) implements Condition {
    static final ConditionType HEADER = new ConditionType(
            "header",
            Needs.NOT_RECORDED,
            "Any of these header fields.",
            "`name` alone: the field is there; with `contains`, `equals`, `wildcard` or `matches`: a field of that name"
                    + " passes any of them",
            new ConditionForm(
                    Schema.oneOrMore(
                            TextTestReader.schema(Schema.mapping().required("name", "The field.", Schema.text()))
                                    .schema()),
                    (value, _) -> Optional.of(of(headers(value)))));

    static final ConditionType SUBJECT = new ConditionType(
            HeaderTest.SUBJECT,
            Needs.NOT_RECORDED,
            "Text in the subject.",
            "text that the Subject contains; or `contains`, `equals`, `wildcard`, `matches` as for `header`",
            ConditionForm.tests(tests -> of(tests.stream()
                    .map(test -> new HeaderTest(HeaderTest.SUBJECT, test))
                    .toList())));

    private static HeaderCondition of(List<HeaderTest> any) {
        return new HeaderCondition(new HeaderQuestion(any), TextReadings.ANY);
    }

    /**
     * Asks whether a message with fields of these names shows a Subject. A message with readings that are not known may
     * show one.
     */
    public static HeaderCondition subjectShown(Collection<String> names) {
        List<HeaderTest> tests = Stream.concat(Stream.of(HeaderTest.SUBJECT), names.stream())
                .filter(SubjectFields::isNamed)
                .distinct()
                .sorted()
                .map(name -> new HeaderTest(name, new TextTest.Telling()))
                .toList();
        return new HeaderCondition(new HeaderQuestion(tests), TextReadings.ANY_OR_UNKNOWN);
    }

    @Override
    public ConditionType type() {
        return question.isOfSubject() ? SUBJECT : HEADER;
    }

    @Override
    public Truth holds(Asked asked) {
        return Truth.of(asked.answer(question, readings));
    }

    @Override
    public String words() {
        return question.any().stream()
                .map(test -> "field " + test.name() + " " + test.test().words())
                .collect(Collectors.joining(" or "));
    }

    @Override
    public HeaderCondition with(TextReadings wanted) {
        return new HeaderCondition(question, wanted);
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof HeaderCondition(HeaderQuestion other, TextReadings others)
                && readings.isWithin(others)
                && question.any().stream().allMatch(test -> other.any().stream().anyMatch(test::isWithin));
    }

    private static List<HeaderTest> headers(YamlValue value) {
        List<HeaderTest> tests = new ArrayList<>();
        value.oneOrMore().forEach(item -> item.mapping().ifPresent(header -> tests.addAll(tests(header))));
        return tests;
    }

    private static List<HeaderTest> tests(YamlMapping header) {
        Optional<String> name = header.required("name").flatMap(HeaderTest::fieldName);
        List<TextTest> any = TextTestReader.tests(header);
        header.refuseOthers();
        return name.map(text -> text.toLowerCase(Locale.ROOT)).stream()
                .flatMap(field -> (any.isEmpty() ? List.of(new TextTest.Present()) : any)
                        .stream().map(test -> new HeaderTest(field, test)))
                .toList();
    }
}
