package org.postseal.certstore.remote.smimea;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/** Loads the DS or DNSKEY records where validation starts, in the form of a zone file. */
final class TrustAnchors {
    private TrustAnchors() {}

    static void load(Optional<Path> file, ValidatingResolver into) throws IOException {
        byte[] content = file.isPresent() ? read(file.get()) : ROOT.getBytes(StandardCharsets.US_ASCII);
        into.loadTrustAnchors(new ByteArrayInputStream(content));
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > MAX_OCTETS) {
            throw new IOException(file + ": larger than " + MAX_OCTETS + " octets");
        }
        byte[] content = Files.readAllBytes(file);
        int anchors = 0;
        try (Master records = new Master(new ByteArrayInputStream(content), Name.root, 0)) {
            for (Record each = records.nextRecord(); each != null; each = records.nextRecord()) {
                anchors += each.getType() == Type.DS || each.getType() == Type.DNSKEY ? 1 : 0;
            }
        } catch (IOException e) {
            throw new IOException(file + ": not a zone file: " + e.getMessage(), e);
        }
        // Without anchors the validator would take every name for provably unsigned.
        if (anchors == 0) {
            throw new IOException(file + ": no DS and no DNSKEY record");
        }
        return content;
    }

    private static final long MAX_OCTETS = 1 << 20;

    // KSK-2017 and KSK-2024, https://data.iana.org/root-anchors/root-anchors.xml; compared with Debian's dns-root-data
    // 2025080400.
    private static final String ROOT = """
            . 0 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
            . 0 IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
            """;
}
