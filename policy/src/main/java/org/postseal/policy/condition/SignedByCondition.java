package org.postseal.policy.condition;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.people.People;

/**
 * {@code signedBy}: the people in the certificate of a valid signature. A signature that is not valid tells nothing:
 * anybody can put any address into a certificate of their own.
 */
record SignedByCondition(People any) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "signedBy",
            Needs.INSIDE,
            "Addresses, domains, *.domain or group:NAME of a valid signature.",
            "addresses, domains, `*.domain` or `group:NAME` in the certificate of a *valid* signature",
            new ConditionForm(
                    ConditionForm.TEXTS,
                    (value, people) -> Optional.of(new SignedByCondition(people.peopleOrDomains(value)))));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        Facts.Existing existing = asked.inside();
        if (existing.signature() != Facts.Signature.VALID) {
            return Truth.of(false);
        }
        // A domain settles it before any group is asked for.
        Truth truth = Truth.of(
                existing.signers().stream().anyMatch(signer -> any.domains().has(signer.domain())));
        // The signers are always asked about in the same order, because the questions are recorded and the decision is
        // made again from the record.
        for (MailAddress signer : existing.signers().stream()
                .sorted(Comparator.comparing(MailAddress::key))
                .toList()) {
            truth = truth instanceof Truth.Yes ? truth : truth.or(asked.isAmong(any, signer));
        }
        return truth;
    }

    @Override
    public String words() {
        return "it is validly signed by " + any.words("anybody of ");
    }

    @Override
    public Set<String> groups() {
        return any.groups();
    }

    // The signer is not known yet, so the question names the recipient: a look-up fetches a group as a whole.
    @Override
    public void askGroups(Asked asked) {
        any.groups().forEach(group -> asked.member(asked.recipient(), group));
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof SignedByCondition(People others) && any.isWithin(others);
    }

    @Override
    public Optional<Consequence> consequence() {
        return Optional.of(WordCondition.validSignature(TYPE.key()));
    }
}
