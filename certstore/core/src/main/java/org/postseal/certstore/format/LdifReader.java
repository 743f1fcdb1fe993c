package org.postseal.certstore.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;

/**
 * Reads LDIF (RFC 2849) for the certificates in it.
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
        for (LdifField field : fields) {
            switch (field.name()) {
                case "dn" -> dn = field.text().orElse("");
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
        for (LdifField field : fields) {
            switch (field.name()) {
                case "dn", "changeType" -> {}
                default -> addValue(field, dn);
            }
        }
    }

    private void addValue(LdifField field, String dn) throws RefusedException {
        switch (field.value()) {
            case LdifField.Value.Encoded(String base64) -> {
                Optional<byte[]> octets = Base64Text.decode(base64);
                if (octets.isPresent()) {
                    addValue(field, octets.get(), dn);
                } else {
                    bad(field, "a value that is not base64");
                }
            }
            case LdifField.Value.Text _ -> bad(field, "a binary value that is not in base64");
            case LdifField.Value.Elsewhere _ -> bad(field, "a value that stands in another file is not read");
        }
    }

    private void addValue(LdifField field, byte[] octets, String dn) throws RefusedException {
        switch (field.name()) {
            case LdifField.USER_SMIME -> addUserSmime(field, octets, dn);
            case LdifField.REVOCATION_LIST -> bundle.addCrl(position(field), octets);
            default -> bundle.addCertificate(position(field), octets, remarks(field, dn));
        }
    }

    private void addUserSmime(LdifField field, byte[] octets, String dn) throws RefusedException {
        switch (UserSmimeReader.read(octets)) {
            case UserSmimeCertificate.Value value -> {
                for (MailCertificate each : value.certificates()) {
                    bundle.addCertificate(position(field), each, remarks(field, dn));
                }
                for (MailCertificate each : value.helpers()) {
                    bundle.addCertificate(position(field), each, remarks(field, dn));
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

    // The same certificate in several entries, or in both attributes of one, is usual.
    private static Bundle.Remarks remarks(LdifField field, String dn) {
        return new Bundle.Remarks(Optional.empty(), field.name() + ' ' + dn);
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
