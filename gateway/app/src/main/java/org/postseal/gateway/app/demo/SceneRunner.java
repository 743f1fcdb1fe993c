package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import org.postseal.gateway.audit.AuditEvent;

/**
 * Plays the scenes one after the other. For each it prints what came, what was decided and why, what left, and what
 * OpenSSL says of it.
 */
final class SceneRunner {
    private final DemoGateway gateway;
    private final Mailbox mailbox;
    private final Optional<OpenSsl> openSsl;
    private final SceneFiles files;
    private final PrintStream out;

    SceneRunner(DemoGateway gateway, Mailbox mailbox, Optional<OpenSsl> openSsl, SceneFiles files, PrintStream out) {
        this.gateway = gateway;
        this.mailbox = mailbox;
        this.openSsl = openSsl;
        this.files = files;
        this.out = out;
    }

    /** Sends a message of our own user. Returns true if it came out as expected. */
    boolean outgoing(Scene scene, String from) throws IOException {
        byte[] message = MessageText.message(from, scene.to(), scene.subject(), BODY);
        out.println(scene.title());
        show("came", message);
        String reply = SmtpSubmission.send(gateway.submission(), from, scene.to(), message);
        return judged(scene, reply);
    }

    /**
     * Has a partner's gateway seal a message, and sends the result to ours. Returns true if it came out as expected.
     */
    boolean incoming(DemoGateway partner, Scene scene, String from) throws IOException {
        byte[] message = MessageText.message(from, scene.to(), scene.subject(), BODY);
        String sealing = SmtpSubmission.send(partner.submission(), from, scene.to(), message);
        Optional<byte[]> sealed = mailbox.take();
        out.println(scene.title());
        if (sealed.isEmpty()) {
            out.println("  result    the partner's gateway sent nothing: " + sealing);
            return false;
        }
        show("came", sealed.get());
        boolean wasHidden = !MessageText.holds(sealed.get(), BODY);
        String reply = SmtpSubmission.send(gateway.inbound(), from, scene.to(), sealed.get());
        return judged(scene, reply) && wasHidden;
    }

    private boolean judged(Scene scene, String reply) {
        Optional<AuditEvent.RecipientDone> record = gateway.record();
        record.ifPresent(this::showDecision);
        Optional<byte[]> left = mailbox.take();
        left.ifPresentOrElse(
                octets -> show("left", octets),
                () -> out.println("  left      nothing; the sender was told: " + reply));
        boolean kept = record.isPresent() && isKept(scene.expected(), reply, left);
        out.println(
                "  result    " + (kept ? "as expected" : "NOT as expected: " + scene.expected()) + ", reply: " + reply);
        out.println();
        return kept;
    }

    private boolean isKept(Scene.Expected expected, String reply, Optional<byte[]> left) {
        if (expected == Scene.Expected.REFUSED) {
            return left.isEmpty() && reply.startsWith("550 5.7.1");
        }
        if (left.isEmpty() || !reply.startsWith("250")) {
            return false;
        }
        byte[] octets = left.get();
        String type = MessageText.field(octets, "Content-Type");
        return switch (expected) {
            case SIGNED ->
                type.startsWith("content-type: multipart/signed")
                        && MessageText.holds(octets, BODY)
                        && verified(octets);
            case ENCRYPTED ->
                type.startsWith("content-type: application/pkcs7-mime")
                        && !MessageText.holds(octets, BODY)
                        && decrypted(octets)
                                .map(content -> MessageText.holds(content, BODY))
                                .orElse(true);
            case SIGNED_AND_ENCRYPTED ->
                type.startsWith("content-type: application/pkcs7-mime")
                        && !MessageText.holds(octets, BODY)
                        && decrypted(octets)
                                .map(content -> MessageText.holds(content, BODY) && verified(content))
                                .orElse(true);
            case OPENED ->
                MessageText.holds(octets, BODY)
                        && MessageText.field(octets, "Authentication-Results").contains("smime=pass")
                        && verified(octets);
            case REFUSED -> false;
        };
    }

    private boolean verified(byte[] message) {
        if (openSsl.isEmpty()) {
            return true;
        }
        OpenSsl.Result result = openSsl.get().verify(message, files.anchor());
        out.println("  openssl   cms -verify: " + result.said());
        return result.isOk() && MessageText.holds(result.content(), BODY);
    }

    /**
     * Returns the decrypted content. The result is empty if there is no OpenSSL, and an array without octets if OpenSSL
     * cannot decrypt.
     */
    private Optional<byte[]> decrypted(byte[] message) {
        return openSsl.map(program -> program.decrypt(message, files.certificate(), files.key()))
                .map(result -> {
                    out.println("  openssl   cms -decrypt with the recipient's key: "
                            + (result.isOk() ? "opened, " + result.content().length + " octets" : result.said()));
                    return result.isOk() ? result.content() : new byte[0];
                });
    }

    private void show(String label, byte[] message) {
        String indent = String.format("  %-10s", label);
        for (String field : MessageText.fields(message, SHOWN)) {
            out.println(indent + field);
            indent = "            ";
        }
    }

    private void showDecision(AuditEvent.RecipientDone record) {
        out.println("  decided   " + record.decision().word() + ", protection: "
                + record.protection().added() + ", rule: " + record.decision().rule()
                + record.decision()
                        .reason()
                        .map(reason -> ", reason: " + reason)
                        .orElse(""));
        for (String step : record.decision().steps()) {
            out.println("            - " + step);
        }
    }

    private static final String BODY = "The figures are 4711 and 42.";
    private static final String[] SHOWN = {
        "Authentication-Results", "From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding"
    };
}
