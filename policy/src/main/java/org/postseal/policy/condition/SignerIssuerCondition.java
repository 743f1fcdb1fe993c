package org.postseal.policy.condition;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.FieldText;
import org.postseal.policy.header.TextTest;

/**
 * {@code signerIssuer}: the issuer of the certificate of a valid signature. If it is not valid, the issuer tells
 * nothing: anybody can name any issuer in a certificate of their own.
 */
record SignerIssuerCondition(List<TextTest> any) implements Condition {
    static final ConditionType TYPE = new ConditionType(
            "signerIssuer",
            Needs.INSIDE,
            "Text in the issuer of a valid signature's certificate.",
            "text in the issuer of that certificate, such as `CN=Example CA,O=Example`; with the same"
                    + " tests as `subject`",
            ConditionForm.tests(SignerIssuerCondition::new));

    @Override
    public ConditionType type() {
        return TYPE;
    }

    @Override
    public Truth holds(Asked asked) {
        Facts.Existing existing = asked.inside();
        return Truth.of(existing.signature() == Facts.Signature.VALID
                && existing.signerIssuer()
                        .map(FieldText::of)
                        .filter(issuer -> any.stream().anyMatch(test -> test.holds(issuer)))
                        .isPresent());
    }

    @Override
    public String words() {
        return "it is validly signed and the issuer " + TextTest.words(any);
    }

    @Override
    public boolean isWithin(Condition wider) {
        return wider instanceof SignerIssuerCondition(List<TextTest> others)
                && any.stream().allMatch(test -> others.stream().anyMatch(test::isWithin));
    }

    @Override
    public Optional<Consequence> consequence() {
        return Optional.of(WordCondition.validSignature(TYPE.key()));
    }
}
