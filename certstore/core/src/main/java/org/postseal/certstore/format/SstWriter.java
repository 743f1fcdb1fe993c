package org.postseal.certstore.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CRLHolder;
import org.postseal.certstore.MailCertificate;

/**
 * Writes a serialized store that Windows and Exchange read. Certificates come first and then revocation lists, as
 * Windows itself orders them.
 */
public final class SstWriter {
    private SstWriter() {}

    /**
     * A certificate to write.
     *
     * @param friendlyName the name under which Windows will show it
     */
    public record Entry(MailCertificate certificate, Optional<String> friendlyName) {
        /** Creates an entry without a name. */
        public static Entry of(MailCertificate certificate) {
            return new Entry(certificate, Optional.empty());
        }
    }

    public static byte[] write(List<Entry> certificates, List<X509CRLHolder> crls) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SstReader.HEADER);
        try {
            for (Entry each : certificates) {
                each.friendlyName()
                        .ifPresent(name -> record(
                                out, SstProperty.FRIENDLY_NAME, (name + "\0").getBytes(StandardCharsets.UTF_16LE)));
                record(
                        out,
                        SstElement.Kind.CERTIFICATE.id(),
                        each.certificate().holder().getEncoded());
            }
            for (X509CRLHolder each : crls) {
                record(out, SstElement.Kind.CRL.id(), each.getEncoded());
            }
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
        out.writeBytes(new byte[12]);
        return out.toByteArray();
    }

    private static void record(ByteArrayOutputStream out, int id, byte[] value) {
        out.writeBytes(ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(id)
                .putInt(SstReader.X509_ASN_ENCODING)
                .putInt(value.length)
                .array());
        out.writeBytes(value);
    }
}
