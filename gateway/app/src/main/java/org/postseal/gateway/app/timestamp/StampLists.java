package org.postseal.gateway.app.timestamp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.revocation.RevocationList;

/**
 * Reads revocation lists of authorities from files: several in PEM, one after the other, as {@code openssl verify}
 * reads them, or one in DER.
 */
public final class StampLists {
    private StampLists() {}

    /**
     * Returns the lists of some files, each once.
     *
     * @throws IOException if a file cannot be read, or holds no list
     */
    public static List<RevocationList> read(Collection<Path> files) throws IOException {
        Map<ByteBuffer, byte[]> seen = new LinkedHashMap<>();
        for (Path file : files) {
            octets(file).forEach(list -> seen.put(ByteBuffer.wrap(list), list));
        }
        return parsed(List.copyOf(seen.values()));
    }

    private static List<byte[]> octets(Path file) throws IOException {
        byte[] content = StampFolder.bounded(file, MOST_OCTETS);
        try {
            List<byte[]> lists = new ArrayList<>();
            for (CRL each : CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(content))) {
                byte[] der = ((X509CRL) each).getEncoded();
                RevocationList _ = parsed(der);
                lists.add(der);
            }
            if (lists.isEmpty()) {
                throw new IOException(file + " has no revocation list");
            }
            return lists;
        } catch (CertificateException | CRLException e) {
            throw new IOException(file + " is no revocation list", e);
        }
    }

    /** Parses lists that are in memory. */
    static List<RevocationList> parsed(List<byte[]> lists) throws IOException {
        List<RevocationList> parsed = new ArrayList<>();
        for (byte[] each : lists) {
            parsed.add(parsed(each));
        }
        return parsed;
    }

    private static RevocationList parsed(byte[] der) throws IOException {
        try {
            return RevocationList.of(der);
        } catch (CRLException e) {
            throw new IOException("no revocation list", e);
        }
    }

    /**
     * Returns the content of a file with these lists. The result is empty if there are none, or if they are too long to
     * be kept with each stamp.
     */
    static Optional<byte[]> file(List<byte[]> lists) {
        StringBuilder pem = new StringBuilder();
        for (byte[] each : lists) {
            pem.append("-----BEGIN X509 CRL-----\n")
                    .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(each))
                    .append("\n-----END X509 CRL-----\n");
        }
        return lists.isEmpty() || pem.length() > MOST_KEPT
                ? Optional.empty()
                : Optional.of(pem.toString().getBytes(US_ASCII));
    }

    /** Limits the octets of a file that is read. What is fetched is shorter. */
    static final long MOST_OCTETS = 32 << 20;
    /** Limits the octets that are kept with a stamp, since stamps are made twice a day. */
    private static final int MOST_KEPT = 1 << 20;
}
