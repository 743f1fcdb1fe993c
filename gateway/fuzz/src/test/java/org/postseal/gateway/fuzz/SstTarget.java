package org.postseal.gateway.fuzz;

import static org.postseal.gateway.fuzz.Target.demand;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.CertificateFiles;
import org.postseal.certstore.format.FormatProblem;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.certstore.format.SstReader;
import org.postseal.certstore.format.SstWriter;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.TestAuthority;

/**
 * Reads a serialized store strictly and leniently. What is read strictly is read leniently too and alike, and the
 * certificates are the same after they were written and read again.
 */
final class SstTarget implements Target {
    @Override
    public String take(byte[] octets) throws CertificateEncodingException {
        if (!SstReader.isStore(octets)) {
            // It would be read as a file of another format, and those have their own targets.
            return "other";
        }
        CertificateFile strict = CertificateFiles.read("store", octets, ReadOptions.strict());
        CertificateFile lenient =
                CertificateFiles.read("store", octets, ReadOptions.strict().withLenientSst());
        if (!(strict instanceof CertificateFile.Contents read)
                || !read.problems().isEmpty()) {
            demandWords(strict);
            demandWords(lenient);
            return "refused";
        }
        List<MailCertificate> certificates = certificates(read);
        demand(
                lenient instanceof CertificateFile.Contents also
                        && also.problems().isEmpty()
                        && certificates(also).equals(certificates),
                "what is read strictly is read leniently, and alike");
        for (MailCertificate each : certificates) {
            CertificateTarget.demandSame(each);
        }
        demand(
                CertificateFiles.read("again", SstWriter.write(certificates), ReadOptions.strict())
                                instanceof CertificateFile.Contents again
                        && again.problems().isEmpty()
                        && certificates(again).equals(certificates),
                "certificates are the same after they were written and read again");
        return "read";
    }

    private static void demandWords(CertificateFile file) {
        switch (file) {
            case CertificateFile.Refused refused -> demandWords(refused.problem());
            case CertificateFile.Contents contents -> contents.problems().forEach(SstTarget::demandWords);
        }
    }

    private static void demandWords(FormatProblem problem) {
        demand(problem.toString().startsWith("store"), "a problem names its file");
        demand(!problem.message().isBlank(), "a problem has words");
    }

    private static List<MailCertificate> certificates(CertificateFile.Contents contents) {
        return contents.certificates().stream()
                .map(CertificateElement::certificate)
                .toList();
    }

    @Override
    public Map<String, byte[]> made() {
        byte[] written =
                SstWriter.write(List.of(Keys.ALICE.certificate(), Keys.BOB.certificate(), Keys.ROOT.certificate()));
        byte[] list = ListMaker.current(new TestAuthority("Fuzz root", Keys.ROOT.key()))
                .der();
        byte[] start = java.util.Arrays.copyOf(written, 8);
        return Map.of(
                "read-certificates",
                written,
                "read-properties",
                join(
                        start,
                        record(11, "Alice\0".getBytes(StandardCharsets.UTF_16LE)),
                        record(9, new byte[] {0x30, 0x0a, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 4}),
                        record(32, Keys.ALICE.certificate().encoded()),
                        record(33, list),
                        new byte[12]),
                "refused-cut",
                java.util.Arrays.copyOf(written, written.length - 20));
    }

    private static byte[] record(int id, byte[] value) {
        byte[] head = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(id)
                .putInt(1)
                .putInt(value.length)
                .array();
        return join(head, value);
    }

    private static byte[] join(byte[]... pieces) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    @Override
    public List<String> samples() {
        return List.of();
    }
}
