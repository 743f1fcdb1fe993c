package org.postseal.policy.condition;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.header.TextReadings;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Party;
import org.postseal.policy.people.People;
import org.postseal.policy.people.PeopleReader;

/**
 * {@code sender}, {@code recipient}, {@code senderDomain} and {@code recipientDomain}: the sender or the recipient of a
 * message.
 *
 * @param any addresses and groups, or domains alone
 * @param readings which of the possible senders count, if mail programs may show different authors: any of them for a
 *     rule that demands, refuses or redirects; all of them for an exception, and for a rule that could take the mail
 *     from such a rule. If they may show somebody whom the gateway does not find, the first kind of rule holds if that
 *     may be one of these people, and no other
 * @param countsAnybody whether it holds for a sender who may be anybody though programs agree on the author; for a rule
 *     that demands encryption
 */
public record PartyCondition(Party who, People any, TextReadings readings, boolean countsAnybody) implements Condition {
    static final ConditionType SENDER = people(
            Party.SENDER,
            "sender",
            Needs.MESSAGE,
            "addresses or `group:NAME`: the address of the single From field; the reverse path if there is not exactly"
                    + " one; or [each of several](#several-authors)");
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
                new ConditionForm(ConditionForm.TEXTS, (value, people) -> Optional.of(of(who, people.people(value)))));
    }

    private static ConditionType domains(Party who, String key, Needs needs, String holdsFor) {
        return new ConditionType(
                key,
                needs,
                "Domains or *.domain.",
                holdsFor,
                new ConditionForm(
                        ConditionForm.DOMAINS,
                        (value, _) -> Optional.of(of(who, People.of(PeopleReader.domains(value))))));
    }

    private static PartyCondition of(Party who, People any) {
        return new PartyCondition(who, any, TextReadings.ANY, false);
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
        return switch (who) {
            case RECIPIENT -> asked.isAmong(any, asked.recipient());
            case SENDER -> isSender(asked);
        };
    }

    private Truth isSender(Asked asked) {
        if (!asked.message().author().isComplete()) {
            return Truth.of(readings == TextReadings.ANY_OR_UNKNOWN && mayBeAuthor(asked));
        }
        if (countsAnybody && asked.isSenderAnybody()) {
            return Truth.of(true);
        }
        Set<MailAddress> senders = asked.senders();
        boolean isOneEnough = readings == TextReadings.ANY_OR_UNKNOWN || senders.isEmpty();
        Truth truth = Truth.of(!isOneEnough);
        for (MailAddress sender : senders) {
            Truth one = asked.isAmong(any, sender);
            truth = isOneEnough ? truth.or(one) : truth.and(one);
            if (isOneEnough ? truth instanceof Truth.Yes : truth instanceof Truth.No) {
                return truth;
            }
        }
        return truth;
    }

    /** Nobody knows the members of groups by their addresses, and our own users know all that a rule could name. */
    private boolean mayBeAuthor(Asked asked) {
        return asked.isOfOurs()
                || !any.groups().isEmpty()
                || any.addresses().stream().map(MailAddress::domain).anyMatch(asked::mayAuthorBeAt)
                || any.domains().entries().stream().map(DomainSet.Entry::domain).anyMatch(asked::mayAuthorBeAt);
    }

    @Override
    public PartyCondition with(TextReadings wanted) {
        return who == Party.SENDER ? new PartyCondition(who, any, wanted, false) : this;
    }

    @Override
    public PartyCondition forDemandToEncrypt() {
        return new PartyCondition(who, any, readings, who == Party.SENDER && !isByDomain());
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
        return wider instanceof PartyCondition(Party party, People others, TextReadings counting, boolean all)
                && party == who
                && readings.isWithin(counting)
                && (all || !countsAnybody)
                && any.isWithin(others);
    }

    @Override
    public List<Condition> parts() {
        return Condition.each(
                any.each().limit(MOST_PARTS + 1).toList(),
                one -> new PartyCondition(who, one, readings, countsAnybody));
    }

    @Override
    public boolean mayMeet(Condition other) {
        return !(other instanceof PartyCondition(Party party, People others, var _, var _))
                || party != who
                || any.mayMeet(others);
    }
}
