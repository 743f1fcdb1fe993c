package org.postseal.gateway.admin.cli.key;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Contents;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.WrappedKeys.Described;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;

/**
 * Finds the private key that a person names: by its id, by a certificate that belongs to it, by the first digits of
 * either, or by an address that only one key has.
 */
final class KeyName {
    static final String HELP = "id of the key or SHA-256 of one of its certificates,"
            + " the first digits (at least 4), or an address that only this key has";

    private KeyName() {}

    /** @throws CommandFailure when no key or several fit the name */
    static Described find(Contents contents, String name) {
        Map<PublicKeyId, Described> found = new LinkedHashMap<>();
        Optional<MailAddress> address = MailAddress.parse(name);
        if (address.isPresent()) {
            contents.wrappedKeys().usableFor(address.get()).stream()
                    .map(pair -> contents.wrappedKeys().find(pair.key().id()))
                    .flatMap(Optional::stream)
                    .forEach(each -> found.put(each.key().id(), each));
        } else {
            byDigits(contents, CertificateName.digits(name))
                    .forEach(each -> found.put(each.key().id(), each));
        }
        if (found.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "no private key " + (address.isPresent() ? "of " : "begins with ") + Printable.line(name),
                    "postseal key list shows all");
        }
        if (found.size() > 1) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    Printable.line(name) + " may be any of these:"
                            + found.values().stream()
                                    .limit(MAX_CANDIDATES)
                                    .map(each -> "\n  " + each.key().id() + " " + Printable.list(addresses(each)))
                                    .collect(Collectors.joining()),
                    "give more digits");
        }
        return found.values().iterator().next();
    }

    /** Returns the addresses of its certificates and those mapped to the key, each once. */
    static List<MailAddress> addresses(Described key) {
        return java.util.stream.Stream.concat(
                        key.certificates().stream().flatMap(each -> each.addresses().stream()), key.mapped().stream())
                .distinct()
                .toList();
    }

    private static List<Described> byDigits(Contents contents, String digits) {
        Map<PublicKeyId, Described> found = new LinkedHashMap<>();
        PublicKeyId first = new PublicKeyId(digits + "0".repeat(64 - digits.length()));
        contents.wrappedKeys()
                .find(first)
                .ifPresent(each -> found.put(each.key().id(), each));
        contents.wrappedKeys().list(Optional.of(first), MAX_CANDIDATES + 1).stream()
                .filter(each -> each.key().id().hex().startsWith(digits))
                .forEach(each -> found.put(each.key().id(), each));
        for (MailCertificate each : contents.certificates().withIdPrefix(digits, MAX_CANDIDATES + 1)) {
            contents.wrappedKeys()
                    .find(PublicKeyId.of(each))
                    .filter(key -> key.certificates().contains(each))
                    .ifPresent(key -> found.put(key.key().id(), key));
        }
        return List.copyOf(found.values());
    }

    private static final int MAX_CANDIDATES = 10;
}
