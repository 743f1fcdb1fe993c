package org.postseal.gateway.admin.cli.support;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Contents;

/**
 * Finds the certificate that a person names: by its SHA-256 with or without colons, by the first digits of it, or by an
 * address that only one certificate carries.
 */
public final class CertificateName {
    public static final String HELP =
            "SHA-256 of the certificate, its first digits (at least 4), or an address that only this one carries";

    private CertificateName() {}

    /** @throws CommandFailure when no certificate or several fit the name */
    public static MailCertificate find(Contents contents, String name) {
        Optional<MailAddress> address = MailAddress.parse(name);
        List<MailCertificate> found;
        if (address.isPresent()) {
            found = contents.certificates().withAddress(address.get());
        } else {
            found = contents.certificates().withIdPrefix(digits(name), MAX_CANDIDATES + 1);
        }
        if (found.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "no certificate " + (address.isPresent() ? "carries " : "begins with ") + Printable.line(name),
                    "postseal cert list shows all");
        }
        if (found.size() > 1) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    Printable.line(name) + " may be any of these:" + candidates(found),
                    "give more digits");
        }
        return found.getFirst();
    }

    /** Returns the id if it is written in full; the certificate need not be known. */
    public static Optional<CertificateId> whole(String name) {
        String digits = plain(name);
        return digits.matches("[0-9a-f]{64}") ? Optional.of(new CertificateId(digits)) : Optional.empty();
    }

    /** Returns the hexadecimal digits to look up by. */
    public static String digits(String name) {
        String digits = plain(name);
        if (!digits.matches("[0-9a-f]{4,64}")) {
            throw new CommandFailure(
                    ExitCode.USAGE, "'" + Printable.line(name) + "' names no certificate or key", "give the " + HELP);
        }
        return digits;
    }

    /** Returns the short form for places with little space. */
    public static String brief(CertificateId id) {
        return id.hex().substring(0, 16);
    }

    private static String candidates(List<MailCertificate> found) {
        String lines = found.stream()
                .limit(MAX_CANDIDATES)
                .map(each -> "\n  " + each.id().hex() + " " + Printable.list(each.addresses()))
                .collect(Collectors.joining());
        return found.size() > MAX_CANDIDATES ? lines + "\n  and more" : lines;
    }

    private static String plain(String name) {
        return name.replace(":", "").toLowerCase(Locale.ROOT);
    }

    private static final int MAX_CANDIDATES = 10;
}
