package org.postseal.certstore.format;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/**
 * Reads LDIF (RFC 2849) for the certificates in it, with the mail addresses of their entries.
 * Values that are in other files ({@code :<}) are refused, since the file would decide what is read from our disk.
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

    static CertificateFile read(Bundle bundle, String text) throws RefusedException {
        new LdifReader(bundle, text).read();
        return bundle.finish(Format.LDIF);
    }

    private void read() throws RefusedException {
        List<LdifField> entry = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            int number = lines.number();
            if (line.isEmpty()) {
                addEntry(entry);
                entry.clear();
                continue;
            }
            String unfolded = unfolded(line);
            if (line.startsWith("#")) {
                continue;
            }
            Optional<LdifField> field = LdifField.parse(number, unfolded);
            if (field.isEmpty()) {
                bundle.bad(place(number), "a line that is no attribute");
            }
            field.filter(LdifField::isRead).ifPresent(entry::add);
            if (entry.size() > CertificateFile.MAX_ELEMENTS) {
                throw new RefusedException(
                        Refusal.TOO_MANY,
                        place(number),
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

    private void addEntry(List<LdifField> fields) throws RefusedException {
        if (fields.isEmpty()) {
            return;
        }
        String dn = null;
        List<MailAddress> mail = new ArrayList<>();
        List<MailAddress> primary = new ArrayList<>();
        List<MailAddress> secondary = new ArrayList<>();
        for (LdifField field : fields) {
            switch (field.name()) {
                case "dn" -> dn = field.text().orElse("");
                case "mail" -> address(field, field.text(), mail);
                case "proxyAddresses" -> proxyAddress(field, primary, secondary);
                case "changeType" -> {
                    if (!field.text().orElse("").equalsIgnoreCase("add")) {
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
        for (LdifField field : fields) {
            switch (field.name()) {
                case "dn", "mail", "proxyAddresses", "changeType" -> {}
                default -> addValue(field, entry);
            }
        }
    }

    private void addValue(LdifField field, DirectoryEntry entry) throws RefusedException {
        switch (field.value()) {
            case LdifField.Value.Encoded(String base64) -> {
                Optional<byte[]> octets = Base64Text.decode(base64);
                if (octets.isPresent()) {
                    addValue(field, octets.get(), entry);
                } else {
                    bad(field, "a value that is not base64");
                }
            }
            case LdifField.Value.Text _ -> bad(field, "a binary value that is not in base64");
            case LdifField.Value.Elsewhere _ -> bad(field, "a value that stands in another file is not read");
        }
    }

    private void addValue(LdifField field, byte[] octets, DirectoryEntry entry) throws RefusedException {
        switch (field.name()) {
            case LdifField.USER_SMIME -> addUserSmime(field, octets, entry);
            case LdifField.REVOCATION_LIST -> bundle.addCrl(position(field), octets);
            default -> {
                DirectoryValue value = new DirectoryValue(entry, field.name(), false, false, Optional.empty());
                bundle.addCertificate(position(field), octets, Bundle.Remarks.directory(value));
            }
        }
    }

    private void addUserSmime(LdifField field, byte[] octets, DirectoryEntry entry) throws RefusedException {
        switch (UserSmimeReader.read(octets)) {
            case UserSmimeCertificate.Value value -> {
                for (MailCertificate each : value.certificates()) {
                    boolean isFlagged = value.flagged().filter(each::equals).isPresent();
                    Optional<SmimeCapabilities> said = value.capabilities();
                    addUserSmime(
                            field,
                            value,
                            each,
                            new DirectoryValue(entry, LdifField.USER_SMIME, isFlagged, false, said));
                }
                for (MailCertificate each : value.helpers()) {
                    DirectoryValue helper =
                            new DirectoryValue(entry, LdifField.USER_SMIME, false, true, Optional.empty());
                    addUserSmime(field, value, each, helper);
                }
                for (String each : value.problems()) {
                    bad(field, each);
                }
            }
            case UserSmimeCertificate.OtherFormat other ->
                bundle.warn(
                        place(field.line()), "a value for message encoding " + other.messageEncoding() + " is skipped");
            case UserSmimeCertificate.Damaged damaged -> bad(field, damaged.problem());
        }
    }

    private void addUserSmime(
            LdifField field, UserSmimeCertificate.Value value, MailCertificate certificate, DirectoryValue directory)
            throws RefusedException {
        Bundle.Remarks remarks = new Bundle.Remarks(value.displayName(), Optional.empty(), Optional.of(directory));
        bundle.addCertificate(position(field), certificate, remarks);
    }

    // MS-OXLDAP §2.2.3.4: type and address; a type in capitals marks the primary, and the last of several counts.
    private void proxyAddress(LdifField field, List<MailAddress> primary, List<MailAddress> secondary) {
        field.text()
                .filter(text -> text.regionMatches(true, 0, "smtp:", 0, 5))
                .ifPresent(text ->
                        address(field, Optional.of(text.substring(5)), text.startsWith("SMTP:") ? primary : secondary));
    }

    private void address(LdifField field, Optional<String> text, List<MailAddress> addresses) {
        text.flatMap(MailAddress::parse)
                .ifPresentOrElse(
                        addresses::add,
                        () -> bundle.warn(place(field.line()), "a mail address that is none is skipped"));
    }

    private Position position(LdifField field) throws RefusedException {
        return Position.line(bundle.file(), bundle.next(), field.line());
    }

    private void bad(LdifField field, String message) throws RefusedException {
        bundle.bad(place(field.line()), message);
    }

    private Position place(int line) {
        return Position.line(bundle.file(), 0, line);
    }
}
