package org.postseal.certstore.authority.lint;

import java.time.LocalDate;
import java.time.ZoneOffset;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.postseal.certstore.authority.lint.LintedCertificate.SubjectType;

/** What must be true of a certificate for a rule to apply. */
enum Condition {
    USABLE("the gateway cannot use it"),
    END_ENTITY("a certificate of an authority"),
    CLAIMED("no policy of the S/MIME Baseline Requirements"),
    DEFINED("a policy that the Baseline Requirements do not define"),
    IN_FORCE("issued before 2023-09-01"),
    UNCLAIMED("the Baseline Requirements are stricter"),
    LEGACY("not of the generation Legacy"),
    STRICT("not of the generation Strict"),
    IDENTIFIED("Mailbox-validated"),
    ORGANIZED("neither Organization- nor Sponsor-validated"),
    PERSONAL("neither Sponsor- nor Individual-validated"),
    RSA("no RSA key");

    private final String otherwise;

    Condition(String otherwise) {
        this.otherwise = otherwise;
    }

    /** Returns why a rule with this condition is not applied where the condition does not hold. */
    String otherwise() {
        return otherwise;
    }

    boolean holds(LintedCertificate c) {
        return switch (this) {
            case USABLE -> c.usable().isPresent();
            case END_ENTITY -> !c.isAuthority();
            case CLAIMED -> !c.reserved().isEmpty();
            case DEFINED -> c.reserved().stream().allMatch(LintedCertificate::isDefined);
            case IN_FORCE ->
                !c.notBefore().isBefore(EFFECTIVE.atStartOfDay(ZoneOffset.UTC).toInstant());
            case UNCLAIMED -> !(END_ENTITY.holds(c) && CLAIMED.holds(c) && DEFINED.holds(c) && IN_FORCE.holds(c));
            case LEGACY -> c.isLegacy();
            case STRICT -> c.isStrict();
            case IDENTIFIED -> c.type() != SubjectType.MAILBOX;
            case ORGANIZED -> c.type() == SubjectType.ORGANIZATION || c.type() == SubjectType.SPONSOR;
            case PERSONAL -> c.type() == SubjectType.SPONSOR || c.type() == SubjectType.INDIVIDUAL;
            case RSA -> c.key().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption);
        };
    }

    /** The date since which the Baseline Requirements are in force (§1.2.1). */
    private static final LocalDate EFFECTIVE = LocalDate.of(2023, 9, 1);
}
