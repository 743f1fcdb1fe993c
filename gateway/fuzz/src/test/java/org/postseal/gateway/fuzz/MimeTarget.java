package org.postseal.gateway.fuzz;

import static org.postseal.gateway.fuzz.Target.demand;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.FromAddress;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;

/**
 * Scans a message for its parts. Each part must lie within the one around it and behind the one before it, octets that
 * come in pieces must scan alike, and the work must be linear.
 */
final class MimeTarget implements Target {
    private static final int COMPARED = 4096;

    @Override
    public String take(byte[] octets) throws IOException {
        Budget budget = Budget.standard();
        Parsed<MimeEntity> scan = MimeScanner.scan(RawMessage.of(octets), budget);
        demand(budget.work() <= (budget.limits().depth() + 8L) * (octets.length + 100L), "the work is linear");
        demand(
                described(MimeScanner.scan(pieces(octets), Budget.standard())).equals(described(scan)),
                "octets in pieces scan as they do in one");
        return switch (scan) {
            case Parsed.Refused<MimeEntity> _ -> "refused";
            case Parsed.Success<MimeEntity>(MimeEntity root) -> {
                demand(root.offset() == 0 && root.raw().size() == octets.length, "the root is the message");
                for (MimeEntity entity : root.all()) {
                    demandOrder(entity, octets);
                    var _ = entity.fileName();
                }
                var _ = FromAddress.of(root.header(), Budget.standard());
                yield root.parts().isEmpty() ? "single" : "parts";
            }
        };
    }

    private static void demandOrder(MimeEntity entity, byte[] octets) throws IOException {
        long end = entity.offset() + entity.raw().size();
        demand(entity.header().size() <= entity.raw().size(), "a header section is no longer than its part");
        long reached = entity.offset() + entity.header().size();
        for (MimeEntity part : entity.parts()) {
            demand(part.depth() == entity.depth() + 1, "a part is one level down");
            demand(part.offset() >= reached, "a part begins behind the header section and the part before it");
            reached = part.offset() + part.raw().size();
        }
        demand(reached <= end && end <= octets.length, "a part ends within what is around it");
        if (entity.raw().size() <= COMPARED) {
            byte[] same = Arrays.copyOfRange(octets, (int) entity.offset(), (int) end);
            demand(Arrays.equals(entity.raw().toByteArray(), same), "a part has the octets of its place");
        }
    }

    private static String described(Parsed<MimeEntity> scan) {
        return switch (scan) {
            case Parsed.Refused<MimeEntity>(var reason, String detail) -> reason + " " + detail;
            case Parsed.Success<MimeEntity>(MimeEntity root) -> {
                StringBuilder text = new StringBuilder();
                for (MimeEntity entity : root.all()) {
                    text.append(entity.offset()).append('+').append(entity.raw().size());
                    text.append(' ')
                            .append(entity.depth())
                            .append(' ')
                            .append(entity.header().size());
                    text.append(' ').append(entity.contentType()).append(' ').append(entity.transferEncoding());
                    text.append(' ').append(entity.findings().stream().sorted().toList());
                    text.append(' ').append(entity.hasPlainLines()).append('\n');
                }
                yield text.toString();
            }
        };
    }

    /** Cuts the octets into pieces of 1 to 32, whose lengths the octets themselves tell. */
    private static RawMessage pieces(byte[] octets) {
        List<RawMessage> pieces = new ArrayList<>();
        for (int at = 0; at < octets.length; ) {
            int length = Math.min(1 + (octets[at] & 31), octets.length - at);
            pieces.add(RawMessage.of(Arrays.copyOfRange(octets, at, at + length)));
            at += length;
        }
        return RawMessage.join(pieces);
    }

    @Override
    public Map<String, byte[]> made() {
        return Map.of(
                "single",
                octets("From: a@example.com\nSubject: x\n\nHello\n"),
                "parts-two",
                octets("From: a@example.com\nContent-Type: multipart/mixed; boundary=\"b\"\n\nabove\n--b\n\none\n--b\n"
                        + "Content-Type: text/html; name*=utf-8''%e2%82%ac\n\n<p>\n--b--\nbelow\n"),
                "parts-inside",
                octets(
                        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/digest; boundary=i\n\n"
                                + "--i\n\nFrom: b@example.com\n\ntext\n--i\nContent-Type: message/rfc822\n\nSubject: y\n\n"
                                + "text\n--i--\n--o\nContent-Type: application/octet-stream\n"
                                + "Content-Transfer-Encoding: base64\n\nAAEC\n--o--\n"),
                "parts-signed",
                octets("Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=s\n\n"
                        + "--s\nContent-Type: text/plain\n\nHello\n--s\nContent-Type: application/pkcs7-signature\n"
                        + "Content-Disposition: attachment; filename=smime.p7s\n\nAAEC\n--s--\n"));
    }

    private static byte[] octets(String text) {
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public List<String> samples() {
        return List.of("mime/*.msg", "bouncycastle/*.{eml,message}", "rfc4134/*.eml", "pkits/smime/*Test1.eml");
    }
}
