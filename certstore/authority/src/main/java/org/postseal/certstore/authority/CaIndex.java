package org.postseal.certstore.authority;

import java.math.BigInteger;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.issue.Profile;

/**
 * Everything that an authority ever issued, and how many lists it has signed. The file has a line for each certificate,
 * with fields separated by tabs. Addresses are percent-encoded, so that no name can end a field.
 *
 * @param lists number of the last revocation list (RFC 5280 §5.2.3)
 */
public record CaIndex(long lists, List<IssuedEntry> entries) {
    static final CaIndex EMPTY = new CaIndex(0, List.of());

    public CaIndex {
        entries = List.copyOf(entries);
    }

    public Optional<IssuedEntry> find(BigInteger serial) {
        return entries.stream().filter(each -> each.serial().equals(serial)).findFirst();
    }

    CaIndex with(List<IssuedEntry> more) {
        return new CaIndex(lists, Stream.concat(entries.stream(), more.stream()).toList());
    }

    CaIndex without(List<IssuedEntry> some) {
        return new CaIndex(
                lists, entries.stream().filter(each -> !some.contains(each)).toList());
    }

    CaIndex revoked(BigInteger serial, IssuedEntry.Revocation word) {
        return new CaIndex(
                lists,
                entries.stream()
                        .map(each -> each.serial().equals(serial) ? each.revoked(word) : each)
                        .toList());
    }

    CaIndex withNextList() {
        return new CaIndex(lists + 1, entries);
    }

    String text() {
        return HEAD + "\t" + lists + "\n"
                + entries.stream().map(each -> line(each) + "\n").collect(Collectors.joining());
    }

    static CaIndex parse(String text) throws CaException {
        List<String> lines = text.lines().toList();
        String[] head = lines.isEmpty() ? new String[0] : lines.getFirst().split("\t", -1);
        // A file that was cut off lacks its last line end.
        if (head.length != 2 || !head[0].equals(HEAD) || !text.endsWith("\n")) {
            throw new CaException(CaException.Kind.DAMAGED, "the index is not one of ours, or it is damaged: line 1");
        }
        List<IssuedEntry> entries = new ArrayList<>();
        int number = 1;
        try {
            long lists = Long.parseLong(head[1]);
            for (String line : lines.subList(1, lines.size())) {
                number++;
                entries.add(entry(line.split("\t", -1)));
            }
            return new CaIndex(lists, entries);
        } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
            throw new CaException(CaException.Kind.DAMAGED, "the index is damaged: line " + number, e);
        }
    }

    private static String line(IssuedEntry entry) {
        return String.join(
                        "\t",
                        entry.serialHex(),
                        entry.id().hex(),
                        entry.notBefore().toString(),
                        entry.notAfter().toString(),
                        entry.profile().name(),
                        entry.key(),
                        Boolean.toString(entry.ownKey()),
                        entry.addresses().stream()
                                .map(each -> URLEncoder.encode(each.toString(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining(",")),
                        entry.revocation()
                                .map(word -> word.when() + " " + word.reason())
                                .orElse("-"))
                // Indexes from before there was a second intermediate lack this field.
                + (entry.issuer() == 1 ? "" : "\t" + entry.issuer());
    }

    private static IssuedEntry entry(String[] fields) {
        if (fields.length != 9 && fields.length != 10) {
            throw new IllegalArgumentException("fields: " + fields.length);
        }
        String[] word = fields[8].split(" ", -1);
        return new IssuedEntry(
                new BigInteger(fields[0], 16),
                new CertificateId(fields[1]),
                Instant.parse(fields[2]),
                Instant.parse(fields[3]),
                Profile.valueOf(fields[4]),
                fields[5],
                Boolean.parseBoolean(fields[6]),
                Stream.of(fields[7].split(",", -1))
                        .map(each -> MailAddress.of(URLDecoder.decode(each, StandardCharsets.UTF_8)))
                        .toList(),
                fields[8].equals("-")
                        ? Optional.empty()
                        : Optional.of(
                                new IssuedEntry.Revocation(Instant.parse(word[0]), RevocationReason.valueOf(word[1]))),
                fields.length == 9 ? 1 : Integer.parseInt(fields[9]));
    }

    private static final String HEAD = "postseal-ca-index-1";
}
