package org.postseal.policy.condition;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.people.Party;
import org.postseal.policy.people.People;
import org.postseal.policy.people.PeopleReader;

/**
 * {@code sender}, {@code recipient}, {@code senderDomain} and {@code recipientDomain}: the sender or the recipient of a
 * message.
 *
 * @param any addresses and groups, or domains alone
 */
public record PartyCondition(Party who, People any) implements Condition {
    static final ConditionType SENDER = people(
            Party.SENDER,
            "sender",
            Needs.MESSAGE,
            "addresses or `group:NAME`: the address of the single From field; the reverse path if there is not exactly"
                    + " one");
    static final ConditionType SENDER_DOMAIN =
            domains(Party.SENDER, "senderDomain", Needs.MESSAGE, "domains, `*.domain`: of the same address");
    static final ConditionType RECIPIENT = people(
            Party.RECIPIENT, "recipient", Needs.ENVELOPE, "addresses or `group:NAME`: the recipient of the envelope");
    static final ConditionType RECIPIENT_DOMAIN =
            domains(Party.RECIPIENT, "recipientDomain", Needs.ENVELOPE, "domains, `*.domain`: of the same address");

    private static ConditionType people(Party who, String key, Needs needs, String holdsFor) {
        return new ConditionType(
                key,
                needs,
                "Addresses or group:NAME.",
                holdsFor,
                new ConditionForm(
                        ConditionForm.TEXTS,
                        (value, people) -> Optional.of(new PartyCondition(who, people.people(value)))));
    }

    private static ConditionType domains(Party who, String key, Needs needs, String holdsFor) {
        return new ConditionType(
                key,
                needs,
                "Domains or *.domain.",
                holdsFor,
                new ConditionForm(
                        ConditionForm.DOMAINS,
                        (value, _) -> Optional.of(new PartyCondition(who, People.of(PeopleReader.domains(value))))));
    }

    @Override
    public ConditionType type() {
        return switch (who) {
            case SENDER -> isByDomain() ? SENDER_DOMAIN : SENDER;
            case RECIPIENT -> isByDomain() ? RECIPIENT_DOMAIN : RECIPIENT;
        };
    }

    public boolean isByDomain() {
        return !any.domains().entries().isEmpty();
    }

    @Override
    public Truth holds(Asked asked) {
        return asked.address(who).map(address -> asked.isAmong(any, address)).orElse(Truth.of(false));
    }

    @Override
    public String words() {
        return "the " + who.name().toLowerCase(Locale.ROOT) + (isByDomain() ? "'s domain" : "") + " is "
                + any.words("");
    }

    @Override
    public Set<String> groups() {
        return any.groups();
    }

    @Override
    public void askGroups(Asked asked) {
        holds(asked);
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof PartyCondition(Party party, People others) && party == who && any.isWithin(others);
    }

    @Override
    public List<Condition> parts() {
        return Condition.each(any.each().limit(MOST_PARTS + 1).toList(), one -> new PartyCondition(who, one));
    }

    @Override
    public boolean mayMeet(Condition other) {
        return !(other instanceof PartyCondition(Party party, People others)) || party != who || any.mayMeet(others);
    }
}
