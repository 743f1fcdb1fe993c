package org.postseal.certstore.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * Reads LDIF (RFC 2849) for the certificates in it, with the mail addresses of their entries. Values that stand in other files ({@code :<}) are refused, since the file would decide what is read
 * from our disk.
 */
final class LdifReader {
    private final Bundle bundle;
    private final Lines lines;

    private LdifReader(Bundle bundle, String text) {
        this.bundle = bundle;
        this.lines = new Lines(text);
    }

    static boolean isLdif(String text) {
        Lines lines = new Lines(text);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (!line.isEmpty() && !line.startsWith("#") && !line.startsWith(" ")) {
                String start = line.substring(0, Math.min(line.length(), 8)).toLowerCase(Locale.ROOT);
                return start.startsWith("version:") || start.startsWith("dn:");
            }
        }
        return false;
    }

    static CertificateFile read(Bundle bundle, String text, ReadOptions options) throws RefusedException {
        LdifReader reader = new LdifReader(bundle, text);
        reader.read();
        return bundle.finish(Format.LDIF);
    }

    /** A line with those that continue it. */
    private record Field(int line, String name, Value value) {}

    private sealed interface Value {
        /** Octets, one a character. */
        record Text(String text) implements Value {}

        record Encoded(String base64) implements Value {}

        record Elsewhere() implements Value {}
    }

    private void read() throws RefusedException {
        List<Field> entry = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.isEmpty()) {
                addEntry(entry);
                entry.clear();
                continue;
            }
            int number = lines.number();
            String unfolded = unfolded(line);
            if (!line.startsWith("#")) {
                field(number, unfolded)
                        .filter(field -> RELEVANT.contains(withoutOptions(field.name))
                                || ATTRIBUTES.containsKey(withoutOptions(field.name)))
                        .ifPresent(entry::add);
            }
            if (entry.size() > CertificateFile.MAX_ELEMENTS) {
                throw new RefusedException(
                        Refusal.TOO_MANY,
                        Position.line(bundle.file(), 0, number),
                        "more than " + CertificateFile.MAX_ELEMENTS + " values in an entry");
            }
        }
        addEntry(entry);
    }

    private String unfolded(String line) {
        if (!lines.continuesWith(' ')) {
            return line;
        }
        StringBuilder whole = new StringBuilder(line);
        while (lines.continuesWith(' ')) {
            String next = lines.next();
            whole.append(next, 1, next == null ? 1 : next.length());
        }
        return whole.toString();
    }

    private Optional<Field> field(int number, String line) throws RefusedException {
        int colon = line.indexOf(':');
        if (colon < 1) {
            bundle.bad(Position.line(bundle.file(), 0, number), "a line that is no attribute");
            return Optional.empty();
        }
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = line.substring(colon + 1);
        Value value = rest.startsWith(":")
                ? new Value.Encoded(rest.substring(1).strip())
                : rest.startsWith("<") ? new Value.Elsewhere() : new Value.Text(rest.strip());
        return Optional.of(new Field(number, name, value));
    }

    private void addEntry(List<Field> fields) throws RefusedException {
        if (fields.isEmpty() || (fields.size() == 1 && fields.getFirst().name.equals("version"))) {
            return;
        }
        String dn = null;
        List<MailAddress> mail = new ArrayList<>();
        List<MailAddress> primary = new ArrayList<>();
        List<MailAddress> secondary = new ArrayList<>();
        for (Field field : fields) {
            switch (withoutOptions(field.name)) {
                case "dn" -> dn = text(field).orElse("");
                case "mail", "rfc822mailbox" -> address(field, text(field), mail);
                case "proxyaddresses" -> proxyAddress(field, primary, secondary);
                case "changetype" -> {
                    if (!text(field).orElse("").equalsIgnoreCase("add")) {
                        bad(field, "a change of an entry is not an entry");
                        return;
                    }
                }
                default -> {}
            }
        }
        if (dn == null) {
            bad(fields.getFirst(), "an entry without dn");
            return;
        }
        Set<MailAddress> addresses = new LinkedHashSet<>(mail);
        addresses.addAll(primary.reversed());
        addresses.addAll(secondary);
        DirectoryEntry entry = new DirectoryEntry(dn, List.copyOf(addresses));
        for (Field field : fields) {
            addValue(field, entry);
        }
    }

    private void addValue(Field field, DirectoryEntry entry) throws RefusedException {
        String attribute = ATTRIBUTES.get(withoutOptions(field.name));
        if (attribute == null) {
            return;
        }
        byte[] octets = octets(field);
        if (octets == null) {
            return;
        }
        switch (attribute) {
            case USER_SMIME -> addUserSmime(field, entry, octets);
            case REVOCATION_LIST -> bundle.addCrl(position(field), octets);
            default ->
                bundle.addCertificate(
                        position(field),
                        octets,
                        Bundle.Remarks.directory(new DirectoryValue(entry, attribute, false, false, Optional.empty())));
        }
    }

    private void addUserSmime(Field field, DirectoryEntry entry, byte[] octets) throws RefusedException {
        switch (UserSmimeCertificate.read(octets)) {
            case UserSmimeCertificate.Value value -> {
                for (MailCertificate each : value.certificates()) {
                    addUserSmime(field, entry, value, each, false);
                }
                for (MailCertificate each : value.helpers()) {
                    addUserSmime(field, entry, value, each, true);
                }
                for (String each : value.problems()) {
                    bad(field, each);
                }
            }
            case UserSmimeCertificate.OtherFormat other ->
                bundle.warn(
                        Position.line(bundle.file(), 0, field.line),
                        "a value for message encoding " + other.messageEncoding() + " is skipped");
            case UserSmimeCertificate.Damaged damaged -> bad(field, damaged.problem());
        }
    }

    private void addUserSmime(
            Field field,
            DirectoryEntry entry,
            UserSmimeCertificate.Value value,
            MailCertificate certificate,
            boolean isHelper)
            throws RefusedException {
        boolean isFlagged = value.flagged().filter(certificate::equals).isPresent();
        bundle.addCertificate(
                position(field),
                certificate,
                new Bundle.Remarks(
                        value.displayName(),
                        Optional.empty(),
                        Optional.of(new DirectoryValue(
                                entry,
                                USER_SMIME,
                                isFlagged,
                                isHelper,
                                isHelper ? Optional.empty() : value.capabilities()))));
    }

    private byte @Nullable [] octets(Field field) throws RefusedException {
        return switch (field.value) {
            case Value.Encoded(String base64) -> {
                Optional<byte[]> decoded = Base64Text.decode(base64);
                if (decoded.isEmpty()) {
                    bad(field, "a value that is not base64");
                }
                yield decoded.orElse(null);
            }
            case Value.Text _ -> {
                bad(field, "a binary value that is not in base64");
                yield null;
            }
            case Value.Elsewhere _ -> {
                bad(field, "a value that stands in another file is not read");
                yield null;
            }
        };
    }

    private Optional<String> text(Field field) {
        return switch (field.value) {
            case Value.Text(String text) -> Optional.of(utf8(text.getBytes(StandardCharsets.ISO_8859_1)));
            case Value.Encoded(String base64) -> Base64Text.decode(base64).map(LdifReader::utf8);
            case Value.Elsewhere _ -> Optional.empty();
        };
    }

    // MS-OXLDAP §2.2.3.4: type and address; the type in capitals is the primary, of several the last
    private void proxyAddress(Field field, List<MailAddress> primary, List<MailAddress> secondary) {
        text(field)
                .filter(text -> text.regionMatches(true, 0, "smtp:", 0, 5))
                .ifPresent(text ->
                        address(field, Optional.of(text.substring(5)), text.startsWith("SMTP:") ? primary : secondary));
    }

    private void address(Field field, Optional<String> text, List<MailAddress> addresses) {
        text.flatMap(MailAddress::parse)
                .ifPresentOrElse(
                        addresses::add,
                        () -> bundle.warn(
                                Position.line(bundle.file(), 0, field.line), "a mail address that is none is skipped"));
    }

    private Position position(Field field) throws RefusedException {
        return Position.line(bundle.file(), bundle.next(), field.line);
    }

    private void bad(Field field, String message) throws RefusedException {
        bundle.bad(Position.line(bundle.file(), 0, field.line), message);
    }

    private static String withoutOptions(String name) {
        int semicolon = name.indexOf(';');
        return semicolon < 0 ? name : name.substring(0, semicolon);
    }

    private static String utf8(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    private static final String USER_SMIME = "userSMIMECertificate";
    private static final String REVOCATION_LIST = "certificateRevocationList";
    private static final Set<String> RELEVANT =
            Set.of("dn", "version", "changetype", "mail", "rfc822mailbox", "proxyaddresses");
    // by name and by number; userSMIMECertificate has another number in Active Directory than elsewhere
    private static final Map<String, String> ATTRIBUTES = Map.ofEntries(
            Map.entry("usercertificate", "userCertificate"),
            Map.entry("2.5.4.36", "userCertificate"),
            Map.entry("cacertificate", "cACertificate"),
            Map.entry("2.5.4.37", "cACertificate"),
            Map.entry("usersmimecertificate", USER_SMIME),
            Map.entry("2.16.840.1.113730.3.1.40", USER_SMIME),
            Map.entry("2.16.840.1.113730.3.140", USER_SMIME),
            Map.entry("certificaterevocationlist", REVOCATION_LIST),
            Map.entry("2.5.4.39", REVOCATION_LIST),
            Map.entry("authorityrevocationlist", REVOCATION_LIST),
            Map.entry("2.5.4.38", REVOCATION_LIST));
}
