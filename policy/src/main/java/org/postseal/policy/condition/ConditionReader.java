package org.postseal.policy.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.policy.header.TextReadings;
import org.postseal.policy.people.PeopleReader;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads a rule's {@code when} and {@code unless}. */
public final class ConditionReader {
    /** Every condition of the language, in the order of the documentation and of a rule's conditions. */
    public static final List<ConditionType> TYPES = List.of(
            WordCondition.DIRECTION.type(),
            PartyCondition.SENDER,
            PartyCondition.SENDER_DOMAIN,
            PartyCondition.RECIPIENT,
            PartyCondition.RECIPIENT_DOMAIN,
            HeaderCondition.HEADER,
            HeaderCondition.SUBJECT,
            WordCondition.KIND.type(),
            WordCondition.TRAIT.type(),
            WordCondition.CONTENT.type(),
            WordCondition.SIGNATURE.type(),
            SignedByCondition.TYPE,
            SignerIssuerCondition.TYPE,
            WordCondition.SIGNED_WITH.type(),
            WordCondition.ENCRYPTED_WITH.type(),
            SuspiciousCondition.TYPE,
            SizeCondition.TYPE,
            ContentTypeCondition.TYPE,
            TlsCondition.TYPE,
            AuthenticatedCondition.TYPE,
            PeerCondition.TYPE,
            TimeCondition.TYPE,
            VisibleCondition.TYPE);

    private final PeopleReader people;

    public ConditionReader(PeopleReader people) {
        this.people = people;
    }

    /**
     * Reads {@code when}. It returns no conditions for {@code always}, and nothing if the conditions are not known; the
     * problems then tell the cause.
     */
    public Optional<List<Condition>> when(YamlValue when) {
        return when.isSingle()
                ? when.word(Map.of("always", List.of()))
                : conditions(when, "has no condition; write when: always if it is meant for everything");
    }

    /** Reads {@code unless}, for which every reading of a text must pass. */
    public Optional<List<Condition>> unless(YamlValue unless) {
        return conditions(unless, "has no condition; leave it out if there is no exception")
                .map(any -> any.stream()
                        .map(condition -> condition.with(TextReadings.ALL))
                        .toList());
    }

    private Optional<List<Condition>> conditions(YamlValue value, String ifNone) {
        return value.mapping().flatMap(mapping -> {
            if (mapping.names().isEmpty()) {
                mapping.error(ifNone);
                return Optional.empty();
            }
            // A rule that has only unknown keys does not match everything, whatever its author meant.
            return Optional.of(conditions(mapping)).filter(conditions -> !conditions.isEmpty());
        });
    }

    private List<Condition> conditions(YamlMapping when) {
        List<Condition> conditions = new ArrayList<>();
        for (ConditionType type : TYPES) {
            when.value(type.key())
                    .flatMap(value -> type.form().reader().read(value, people))
                    .ifPresent(conditions::add);
        }
        when.refuseOthers();
        return conditions;
    }
}
