package org.postseal.gateway.admin.cli.cert;

import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.Contents;
import org.postseal.certstore.database.Pins;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.certstore.database.WrappedKeys;
import org.postseal.gateway.admin.cli.support.CertificateView;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.Validity;

/** One certificate with everything that the database knows about it. */
record CertificateDossier(
        ListedCertificate row,
        List<Pins.Pin> pins,
        List<Blocks.Block> blocks,
        Optional<SmimeCapabilities> capabilities,
        PublicKeyId publicKey,
        Optional<WrappedKeys.Described> key) {

    static CertificateDossier of(Contents contents, MailCertificate certificate) {
        StoredCertificate stored =
                contents.certificates().find(certificate.id()).orElse(new StoredCertificate(certificate, List.of()));
        List<Blocks.Block> blocks = new ArrayList<>();
        contents.blocks().of(new Blocks.Target.Certificate(certificate.id())).ifPresent(blocks::add);
        for (MailAddress address : certificate.addresses()) {
            contents.blocks().of(new Blocks.Target.Address(address)).ifPresent(blocks::add);
        }
        PublicKeyId publicKey = PublicKeyId.of(certificate);
        return new CertificateDossier(
                ListedCertificate.of(contents, stored),
                contents.pins().ofCertificate(certificate.id()),
                blocks,
                contents.capabilities().of(certificate),
                publicKey,
                contents.wrappedKeys().find(publicKey));
    }

    Map<String, Object> members(Instant now) {
        Map<String, Object> members = row.members(now);
        members.put("pins", pins.stream().map(CertificateDossier::pin).toList());
        members.put("blocks", blocks.stream().map(CertificateDossier::block).toList());
        members.put("capabilities", capabilities.map(SmimeCapabilities::oids));
        members.put("publicKey", publicKey.hex());
        members.put("privateKey", key.isPresent());
        members.put("usedByPrivateKey", isUsed());
        members.put("pem", row.stored().certificate().toPem());
        return members;
    }

    void print(PrintStream out, Instant now) {
        MailCertificate certificate = row.stored().certificate();
        line(out, "subject", CertificateView.subject(certificate));
        line(out, "issuer", CertificateView.issuer(certificate));
        line(out, "serial", CertificateView.serial(certificate));
        line(
                out,
                "validity",
                certificate.notBefore() + " to " + certificate.notAfter() + ", "
                        + Validity.of(certificate, now).text());
        line(out, "addresses", orNone(Printable.list(certificate.addresses())));
        line(
                out,
                "key",
                CertificateView.kind(certificate.keyKind())
                        + certificate.weakness().map(why -> ", " + why).orElse(""));
        line(out, "signing", verdict(certificate, CertificatePurpose.SIGN));
        line(out, "encryption", verdict(certificate, CertificatePurpose.ENCRYPT));
        line(out, "key usage", orNone(String.join(", ", CertificateView.keyUsage(certificate))));
        line(out, "extended usage", orNone(String.join(", ", CertificateView.extendedKeyUsage(certificate))));
        line(
                out,
                "subject key id",
                orNone(certificate
                        .subjectKeyIdentifier()
                        .map(KeyIdentifier::hex)
                        .orElse("")));
        line(
                out,
                "issuer key id",
                orNone(certificate
                        .authorityKeyIdentifier()
                        .map(KeyIdentifier::hex)
                        .orElse("")));
        line(out, "SHA-256", certificate.id().hex());
        line(out, "SHA-1", CertificateView.sha1(certificate));
        row.stored()
                .entries()
                .forEach(entry -> line(
                        out,
                        "known from",
                        entry.source() + " (" + Options.word(entry.state()) + ")" + by(entry.added())));
        pins.forEach(pin ->
                line(out, "pinned", "for " + pin.address() + " to " + Options.word(pin.purpose()) + by(pin.act())));
        blocks.forEach(block -> line(
                out,
                "BLOCKED",
                switch (block.target()) {
                    case Blocks.Target.Certificate _ -> "this certificate" + by(block.act());
                    case Blocks.Target.Address(MailAddress address) -> "all of " + address + by(block.act());
                }));
        capabilities.ifPresent(known -> line(out, "capabilities", String.join(", ", known.oids())));
        line(
                out,
                "private key",
                isUsed()
                        ? "in the database"
                        : key.isPresent() ? "in the database, not used with this certificate" : "none");
    }

    private boolean isUsed() {
        return key.filter(found -> found.certificates().contains(row.stored().certificate()))
                .isPresent();
    }

    private static String verdict(MailCertificate certificate, CertificatePurpose purpose) {
        return certificate.whyNot(purpose).map(why -> "no: " + why).orElse("yes");
    }

    private static String by(Act act) {
        return ", by " + act.who() + " on " + Validity.day(act.when())
                + (act.note().isEmpty() ? "" : ": " + act.note());
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "none" : text;
    }

    private static void line(PrintStream out, String label, String text) {
        out.println(label + " ".repeat(Math.max(1, 16 - label.length())) + Printable.line(text));
    }

    private static Map<String, Object> pin(Pins.Pin pin) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("address", pin.address().toString());
        members.put("purpose", Options.word(pin.purpose()));
        return withAct(members, pin.act());
    }

    private static Map<String, Object> block(Blocks.Block block) {
        Map<String, Object> members = new LinkedHashMap<>();
        switch (block.target()) {
            case Blocks.Target.Certificate(var id) -> members.put("certificate", id.hex());
            case Blocks.Target.Address(MailAddress address) -> members.put("address", address.toString());
        }
        return withAct(members, block.act());
    }

    private static Map<String, Object> withAct(Map<String, Object> members, Act act) {
        members.put("who", act.who());
        members.put("added", act.when());
        members.put("note", act.note());
        return members;
    }
}
