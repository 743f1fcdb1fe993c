package org.postseal.gateway.judges;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The header fields of a signed message that no S/MIME signature covers by its nature, so that what a program shows of
 * them is not compared: all but the ones here, and those that the signed content protects. What is said of Content-Type
 * and its kin is compared by the parts.
 */
final class OutsideFields {
    /** A pass says who wrote the message, so each program must find the address of the certificate here. */
    private static final Set<String> VOUCHED = Set.of("from");

    /** What is another one outside, where the signer has signed fields too (RFC 9788). */
    private static final Set<String> UNPROTECTED = Set.of("content-type", "mime-version", "content-transfer-encoding");

    /** What an attacker says in each of them. */
    private static final Pattern SAID = Pattern.compile("(?i)9999|\\bPay\\b|\\bEve\\b");

    private OutsideFields() {}

    /** Whether the field is outside by nature; a name that is written with blanks behind it counts without them. */
    static boolean isOutside(String name) {
        return !VOUCHED.contains(name.strip().toLowerCase(Locale.ROOT));
    }

    /** What somebody says in fields of a message that the signed content, as the same program shows it, protects. */
    static Optional<String> said(Shown whole, Shown signed) {
        Set<String> names = protectedBy(signed);
        return whole.fields().stream()
                .filter(field -> names.contains(name(field)))
                .map(field -> field.name() + ": " + field.value())
                .filter(field -> SAID.matcher(field).find())
                .findFirst();
    }

    /** The names of the fields that signed content protects, as a program shows it. */
    static Set<String> protectedBy(Shown signed) {
        boolean isProtected =
                signed.fields().stream().anyMatch(field -> field.value().contains("hp="));
        Set<String> names = signed.fields().stream().map(OutsideFields::name).collect(Collectors.toSet());
        names.removeAll(UNPROTECTED);
        return isProtected ? names : Set.of();
    }

    private static String name(Shown.Field field) {
        return field.name().strip().toLowerCase(Locale.ROOT);
    }

    /** The authors that a program finds in the vouched fields; quotes that need not be there are left out. */
    static List<String> authors(Shown shown) {
        return shown.authors().stream()
                .map(author -> author.replaceAll("\\s", "")
                        .replaceAll("^\"(\\w+)\"@", "$1@")
                        .toLowerCase(Locale.ROOT))
                .filter(author -> !author.isEmpty())
                .distinct()
                .toList();
    }

    /** The values of the vouched fields that a program shows of signed content. */
    static List<String> vouched(Shown shown) {
        return shown.fields().stream()
                .filter(field -> !isOutside(field.name()))
                .map(field -> field.value().replaceAll("\\s+", " ").strip())
                .toList();
    }
}
