package org.postseal.certstore.authority.lint;

import static org.postseal.certstore.authority.lint.Condition.IDENTIFIED;
import static org.postseal.certstore.authority.lint.Condition.ORGANIZED;
import static org.postseal.certstore.authority.lint.Condition.PERSONAL;
import static org.postseal.certstore.authority.lint.Finding.Severity.ERROR;
import static org.postseal.certstore.authority.lint.Finding.Severity.WARNING;
import static org.postseal.certstore.authority.lint.Rule.baseline;
import static org.postseal.certstore.authority.lint.Rule.when;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.OtherName;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.lint.LintedCertificate.SubjectType;

/** The rules of the Baseline Requirements about subject and subject alternative name. */
final class NameRules {
    private NameRules() {}

    static List<Rule> rules() {
        return List.of(
                baseline(
                        "br-san-absent",
                        "7.1.2.3 h",
                        ERROR,
                        c -> when(!c.has(Extension.subjectAlternativeName), "subjectAltName is absent")),
                baseline(
                        "br-san-mailbox",
                        "7.1.4.2.1",
                        ERROR,
                        c -> when(
                                c.has(Extension.subjectAlternativeName)
                                        && c.mailboxes().isEmpty(),
                                "subjectAltName has neither rfc822Name nor SmtpUTF8Mailbox")),
                baseline(
                        "br-san-critical",
                        "7.1.2.3 h",
                        WARNING,
                        c -> when(
                                c.isCritical(Extension.subjectAlternativeName)
                                        && !c.subject().isEmpty(),
                                "subjectAltName is critical although there is a subject")),
                baseline(
                        "br-san-entries",
                        "7.1.4.2.1",
                        ERROR,
                        c -> when(
                                c.alternativeNames().stream().anyMatch(each -> !isAllowed(c, each)),
                                "subjectAltName has an entry that is neither a mailbox nor a directory name")),
                baseline(
                        "br-san-rfc822",
                        "7.1.4.2.1",
                        ERROR,
                        c -> c.rfc822Names().stream()
                                .filter(each -> !LintedCertificate.isAscii(each)
                                        || MailAddress.parse(each).isEmpty())
                                .findFirst()
                                .map(each -> "an rfc822Name is not a single mailbox: " + each)),
                baseline(
                        "br-san-utf8",
                        "7.1.4.2.1",
                        ERROR,
                        c -> when(
                                c.alternativeNames().stream()
                                        .flatMap(each -> LintedCertificate.utf8Mailbox(each).stream())
                                        .anyMatch(each -> !isInternational(each)),
                                "SmtpUTF8Mailbox is for a local part beyond ASCII,"
                                        + " with its domain in ASCII (RFC 9598 §3)")),
                baseline("br-san-repeats", "7.1.4.2.1", ERROR, NameRules::unrepeated),
                baseline("br-common-name", "7.1.4.2.2 a", ERROR, NameRules::commonName),
                baseline(
                        "br-pseudonym",
                        "7.1.4.2.2 e, f",
                        ERROR,
                        c -> when(
                                c.names(BCStyle.PSEUDONYM) && (c.names(BCStyle.GIVENNAME) || c.names(BCStyle.SURNAME)),
                                "the subject has a pseudonym beside givenName or surname"),
                        PERSONAL),
                baseline(
                        "br-subject-email",
                        "7.1.4.2.2 h",
                        ERROR,
                        c -> when(
                                c.subject(BCStyle.EmailAddress).stream()
                                        .anyMatch(
                                                each -> MailAddress.parse(each).isEmpty()),
                                "emailAddress of the subject is not a single mailbox")),
                baseline("br-subject-attributes", "7.1.4.2.3 to 6", ERROR, NameRules::foreignAttribute),
                baseline("br-subject-required", "7.1.4.2.4 to 6", ERROR, NameRules::missingAttribute, IDENTIFIED),
                baseline("br-subject-place", "7.1.4.2.2 j to m", ERROR, NameRules::placeless, IDENTIFIED),
                baseline(
                        "br-subject-metadata",
                        "7.1.4.2",
                        ERROR,
                        c -> when(
                                c.subject().stream()
                                        .map(LintedCertificate::text)
                                        .anyMatch(each -> each.matches("[-. ]*")),
                                "an attribute of the subject says nothing")),
                baseline(
                        "br-subject-country",
                        "7.1.4.2.2 n",
                        ERROR,
                        c -> when(
                                c.subject(BCStyle.C).stream().anyMatch(each -> !COUNTRIES.contains(each)),
                                "countryName is no code of ISO 3166-1")));
    }

    private static boolean isAllowed(LintedCertificate c, GeneralName name) {
        return switch (name.getTagNo()) {
            case GeneralName.rfc822Name, GeneralName.directoryName -> true;
            case GeneralName.otherName ->
                !c.isStrict()
                        || OtherName.getInstance(name.getName())
                                .getTypeID()
                                .equals(LintedCertificate.SMTP_UTF8_MAILBOX);
            default -> false;
        };
    }

    private static boolean isInternational(String text) {
        int at = text.lastIndexOf('@');
        return at > 0
                && !LintedCertificate.isAscii(text.substring(0, at))
                && LintedCertificate.isAscii(text.substring(at + 1));
    }

    private static Optional<String> foreignAttribute(LintedCertificate c) {
        Set<ASN1ObjectIdentifier> allowed = switch (c.type()) {
            case MAILBOX -> MAILBOX;
            case ORGANIZATION -> union(List.of(ORGANIZATION, PLACE));
            case SPONSOR -> union(List.of(ORGANIZATION, PLACE, PERSON));
            case INDIVIDUAL -> union(List.of(MAILBOX, PLACE, PERSON));
        };
        boolean mayHaveOthers = c.isLegacy() && c.type() != SubjectType.MAILBOX;
        return c.subject().stream()
                .map(each -> each.getType())
                .filter(each -> !allowed.contains(each))
                // Legacy allows other attributes, but not those that the type excludes.
                .filter(each -> !mayHaveOthers || NAMED.contains(each))
                .findFirst()
                .or(() -> c.isStrict()
                        ? c.subject().stream()
                                .map(each -> each.getType())
                                .filter(NOT_IN_STRICT::contains)
                                .findFirst()
                        : Optional.empty())
                .map(each -> "the subject has " + name(each) + ", which this type or generation forbids");
    }

    private static Optional<String> missingAttribute(LintedCertificate c) {
        if (ORGANIZED.holds(c) && !(c.names(BCStyle.O) && c.names(BCStyle.ORGANIZATION_IDENTIFIER))) {
            return Optional.of("the subject lacks organizationName or organizationIdentifier");
        }
        return when(
                PERSONAL.holds(c)
                        && !c.isLegacy()
                        && Stream.of(BCStyle.GIVENNAME, BCStyle.SURNAME, BCStyle.PSEUDONYM)
                                .noneMatch(c::names),
                "the subject has neither a personal name nor a pseudonym");
    }

    private static Optional<String> placeless(LintedCertificate c) {
        boolean hasPlace = Stream.of(BCStyle.L, BCStyle.ST, BCStyle.POSTAL_CODE).anyMatch(c::names);
        boolean isStreetAlone = c.names(BCStyle.STREET) && !c.names(BCStyle.L) && !c.names(BCStyle.ST);
        return when(
                isStreetAlone || (hasPlace && !c.names(BCStyle.C)),
                "the subject has a place without the country, or a street without the place");
    }

    private static Optional<String> unrepeated(LintedCertificate c) {
        Set<MailAddress> repeated = addresses(c);
        return Stream.concat(c.subject().stream(), c.directoryNames().stream())
                .flatMap(each -> addresses(LintedCertificate.text(each)))
                .filter(each -> !repeated.contains(each))
                .findFirst()
                .map(each -> "a mailbox of the subject or of a directory name is not in subjectAltName: " + each);
    }

    private static Set<MailAddress> addresses(LintedCertificate c) {
        return c.mailboxes().stream()
                .flatMap(each -> MailAddress.parse(each).stream())
                .collect(Collectors.toSet());
    }

    private static Stream<MailAddress> addresses(String text) {
        Optional<MailAddress> whole = MailAddress.parse(text);
        return whole.isPresent()
                ? whole.stream()
                : Arrays.stream(text.split("[\\s<>()\\[\\],;:\"]+", -1))
                        .flatMap(each -> MailAddress.parse(each).stream());
    }

    private static Optional<String> commonName(LintedCertificate c) {
        List<String> organizations = c.subject(BCStyle.O);
        List<String> pseudonyms = c.subject(BCStyle.PSEUDONYM);
        List<String> names = Stream.concat(c.subject(BCStyle.GIVENNAME).stream(), c.subject(BCStyle.SURNAME).stream())
                .toList();
        Set<MailAddress> mailboxes = addresses(c);
        return c.subject(BCStyle.CN).stream()
                .filter(each ->
                        MailAddress.parse(each).filter(mailboxes::contains).isEmpty())
                .filter(each -> switch (c.type()) {
                    case MAILBOX -> true;
                    case ORGANIZATION -> !organizations.contains(each);
                    // Nobody can know here what a person is called. A pseudonym is said, and an organization is not a
                    // person.
                    case SPONSOR, INDIVIDUAL ->
                        pseudonyms.isEmpty()
                                ? organizations.contains(each) && names.stream().noneMatch(each::contains)
                                : pseudonyms.stream().noneMatch(each::contains);
                })
                .findFirst()
                .map(each -> "commonName is nothing that the type of the certificate allows: " + each);
    }

    private static String name(ASN1ObjectIdentifier type) {
        String name = X500Name.getDefaultStyle().oidToDisplayName(type);
        return name == null ? type.getId() : name;
    }

    private static Set<ASN1ObjectIdentifier> union(List<Set<ASN1ObjectIdentifier>> sets) {
        return Set.copyOf(sets.stream().flatMap(Set::stream).toList());
    }

    private static final Set<ASN1ObjectIdentifier> MAILBOX =
            Set.of(BCStyle.CN, BCStyle.SERIALNUMBER, BCStyle.EmailAddress);
    private static final Set<ASN1ObjectIdentifier> ORGANIZATION =
            union(List.of(MAILBOX, Set.of(BCStyle.O, BCStyle.OU, BCStyle.ORGANIZATION_IDENTIFIER)));
    private static final Set<ASN1ObjectIdentifier> PERSON =
            Set.of(BCStyle.GIVENNAME, BCStyle.SURNAME, BCStyle.PSEUDONYM, BCStyle.T);
    private static final Set<ASN1ObjectIdentifier> PLACE =
            Set.of(BCStyle.STREET, BCStyle.L, BCStyle.ST, BCStyle.POSTAL_CODE, BCStyle.C);
    private static final Set<ASN1ObjectIdentifier> NAMED = union(List.of(ORGANIZATION, PERSON, PLACE));
    private static final Set<ASN1ObjectIdentifier> NOT_IN_STRICT = Set.of(BCStyle.STREET, BCStyle.POSTAL_CODE);
    // The code XX stands for a country that has no code (7.1.4.2.2 n).
    static final Set<String> COUNTRIES =
            Set.copyOf(Stream.concat(Stream.of("XX"), Arrays.stream(Locale.getISOCountries()))
                    .toList());
}
