package org.postseal.certstore.authority.lint;

import static org.postseal.certstore.authority.lint.Condition.ORGANIZED;
import static org.postseal.certstore.authority.lint.Finding.Severity.ERROR;
import static org.postseal.certstore.authority.lint.Rule.baseline;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;

/** The rules of the Baseline Requirements about how the register of an organization is named. */
final class OrganizationRules {
    private OrganizationRules() {}

    static List<Rule> rules() {
        return List.of(
                baseline("br-org-identifier", "7.1.4.2.2 d", ERROR, OrganizationRules::form, ORGANIZED),
                baseline(
                        "br-org-scheme",
                        "7.1.4.2.2 d, A.1",
                        ERROR,
                        c -> first(c, each -> !SCHEMES.contains(each.group("scheme")), "its scheme is not known"),
                        ORGANIZED),
                baseline(
                        "br-org-country",
                        "7.1.4.2.2 d",
                        ERROR,
                        c -> first(
                                c, each -> !isRightCountry(c, each), "its country is none, or not that of the subject"),
                        ORGANIZED),
                baseline("br-lei-code", "7.1.2.3 l, A.1", ERROR, OrganizationRules::wrongCode, ORGANIZED));
    }

    private static Optional<String> form(LintedCertificate c) {
        return c.subject().stream()
                .filter(each -> each.getType().equals(BCStyle.ORGANIZATION_IDENTIFIER))
                .filter(each ->
                        !(each.getValue() instanceof ASN1PrintableString || each.getValue() instanceof ASN1UTF8String)
                                || !FORM.matcher(LintedCertificate.text(each)).matches())
                .findFirst()
                .map(each -> "organizationIdentifier is not written as scheme, country and reference: "
                        + LintedCertificate.text(each));
    }

    private static Optional<String> first(LintedCertificate c, Predicate<Matcher> isWrong, String text) {
        return registrations(c)
                .filter(isWrong)
                .findFirst()
                .map(each -> "organizationIdentifier " + each.group() + ": " + text);
    }

    /** Returns the identifiers that have the right form. */
    private static Stream<Matcher> registrations(LintedCertificate c) {
        return c.subject(BCStyle.ORGANIZATION_IDENTIFIER).stream()
                .map(FORM::matcher)
                .filter(Matcher::matches);
    }

    private static boolean isRightCountry(LintedCertificate c, Matcher registration) {
        String scheme = registration.group("scheme");
        String country = registration.group("country");
        if (scheme.equals("LEI") || scheme.equals("INT")) {
            return country.equals("XG");
        }
        String code = scheme.equals("VAT") ? TAX_PREFIXES.getOrDefault(country, country) : country;
        List<String> subject = c.subject(BCStyle.C);
        return NameRules.COUNTRIES.contains(code) && (subject.isEmpty() || subject.contains(code));
    }

    private static Optional<String> wrongCode(LintedCertificate c) {
        Stream<String> named = registrations(c)
                .filter(each -> each.group("scheme").equals("LEI"))
                .map(each -> String.valueOf(each.group("reference")));
        Extension extension = c.extension(ExtensionRules.LEI);
        Stream<String> extended = extension == null
                ? Stream.empty()
                : Stream.of(extension.getParsedValue() instanceof ASN1String text ? text.getString() : "");
        return Stream.concat(named, extended)
                .filter(each -> !isLegalEntityIdentifier(each))
                .findFirst()
                .map(each -> "it is no legal entity identifier of ISO 17442, or its check digits are wrong: " + each);
    }

    // ISO 17442 takes the check digits of ISO/IEC 7064, MOD 97-10.
    private static boolean isLegalEntityIdentifier(String text) {
        if (!text.matches("[A-Z0-9]{18}[0-9]{2}")) {
            return false;
        }
        StringBuilder digits = new StringBuilder();
        text.chars().forEach(each -> digits.append(Character.digit(each, 36)));
        return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).equals(BigInteger.ONE);
    }

    /** GOV and INT have no reference; that of PSD begins with the authority (ETSI TS 119 495 §5.2.1). */
    private static final Pattern FORM = Pattern.compile("(?<scheme>[A-Z]{3})(?<country>[A-Z]{2})"
            + "((?<=GOV..)(\\+[A-Z0-9]{1,3})?|(?<=INT..)|(?<=PSD..)-[A-Z]{2,8}-.+"
            + "|(?<!(GOV|INT|PSD)..)(\\+[A-Z0-9]{1,3})?-(?<reference>.+))");

    /** The schemes of appendix A.1, and those of note 2. */
    private static final Set<String> SCHEMES = Set.of("NTR", "VAT", "PSD", "LEI", "GOV", "INT");
    /** The prefixes of tax numbers that are no codes of ISO 3166-1 (EU Council Directive 2006/112/EC, article 215). */
    private static final Map<String, String> TAX_PREFIXES = Map.of("EL", "GR", "XI", "GB");
}
