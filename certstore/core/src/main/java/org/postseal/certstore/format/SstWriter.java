package org.postseal.certstore.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.postseal.certstore.MailCertificate;

/** Writes a serialized store of certificates, which Windows and Exchange read. */
public final class SstWriter {
    private SstWriter() {}

    public static byte[] write(List<MailCertificate> certificates) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SstReader.HEADER);
        for (MailCertificate each : certificates) {
            record(out, SstElement.Kind.CERTIFICATE.id(), CertificateExport.der(each));
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
