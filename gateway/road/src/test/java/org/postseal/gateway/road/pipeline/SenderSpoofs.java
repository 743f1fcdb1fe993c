package org.postseal.gateway.road.pipeline;

import static org.postseal.gateway.road.pipeline.PlaceSpoofs.eve;
import static org.postseal.gateway.road.pipeline.PlaceSpoofs.signer;
import static org.postseal.gateway.road.pipeline.SpoofForge.ENTITY;
import static org.postseal.gateway.road.pipeline.SpoofForge.FROM_BOB;
import static org.postseal.gateway.road.pipeline.SpoofForge.clear;
import static org.postseal.gateway.road.pipeline.SpoofForge.detached;

import java.util.ArrayList;
import java.util.List;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.IssuedCertificate;

/** Makes good signatures of Eve, or of Bob, under a From that is not theirs, or whose owner is unclear (I1 to I3). */
final class SenderSpoofs {
    private static final SpoofForge.Signer BOB = SpoofForge.Signer.of(Parties.BOB);
    private static final SpoofForge.Signer EVE = SpoofForge.Signer.of(SpoofForge.EVE);
    private static final String REST = "To: alice@example.com\r\nSubject: Pay\r\nMIME-Version: 1.0\r\n";

    private SenderSpoofs() {}

    static List<Spoof> all() {
        List<Spoof> all = new ArrayList<>(another());
        all.addAll(certificates());
        all.addAll(ambiguous());
        all.addAll(protectedFrom());
        return all;
    }

    private static List<Spoof> another() {
        return List.of(
                mismatch("I1 From is Bob, the signer Eve", "From: Bob <bob@partner.example>\r\n"),
                mismatch(
                        "I2 Eve's address as the name of Bob's",
                        "From: \"eve@evil.example\" <bob@partner.example>\r\n"),
                mismatch("I2 Eve's address as a comment", "From: bob@partner.example (eve@evil.example)\r\n"),
                mismatch(
                        "I2 Eve's address in an encoded word",
                        "From: =?utf-8?q?=3Ceve=40evil.example=3E?= <bob@partner.example>\r\n"),
                mismatch("I2 Eve's address as a local part", "From: \"eve@evil.example\"@partner.example\r\n"),
                mismatch("I3 Sender is Eve", "From: bob@partner.example\r\nSender: eve@evil.example\r\n"),
                mismatch("I3 Sender before From", "Sender: eve@evil.example\r\nFrom: bob@partner.example\r\n"),
                mismatch(
                        "I3 Reply-To and Return-Path are Eve",
                        "From: bob@partner.example\r\nReply-To:"
                                + " eve@evil.example\r\nReturn-Path: <eve@evil.example>\r\n"),
                mismatch(
                        "I3 Resent-From and X-From are Eve",
                        "Resent-From: eve@evil.example\r\nX-From: eve@evil.example\r\nFrom: bob@partner.example\r\n"));
    }

    private static List<Spoof> certificates() {
        IssuedCertificate nameOnly = Parties.request(SpoofForge.EVE)
                .commonName("bob@partner.example")
                .withoutAlternativeName()
                .issue();
        IssuedCertificate callsHimself = Parties.request(SpoofForge.EVE)
                .commonName("bob@partner.example")
                .issue();
        IssuedCertificate longer = Parties.request(MailAddress.of("bob@partner.example.evil.example"))
                .issue();
        IssuedCertificate domain = Parties.request(MailAddress.of("domain-signing-authority@partner.example"))
                .commonName("domain-signing-authority")
                .issue();
        return List.of(
                by("I1 Bob's address in the name of the certificate only", nameOnly, ""),
                by("I1 Bob's address in the name, Eve's as address", callsHimself, "eve@evil.example"),
                by("I1 an address that begins with Bob's", longer, "bob@partner.example.evil.example"),
                by(
                        "I1 a domain's key that nobody was told to believe",
                        domain,
                        "domain-signing-authority@partner.example"));
    }

    private static List<Spoof> ambiguous() {
        return List.of(
                nobody("I2 no From", ""),
                nobody("I2 an empty From", "From:\r\n"),
                nobody("I2 a From without an address", "From: Bob\r\n"),
                nobody("I2 a From with an address that is none", "From: bob@partner.example, @\r\n"),
                nobody("I2 a group", "From: all: eve@evil.example, bob@partner.example;\r\n"),
                nobody("I2 a group of one", "From: all: eve@evil.example;\r\n"),
                nobody("I3 two From fields, Eve's first", "From: eve@evil.example\r\nFrom: bob@partner.example\r\n"),
                nobody("I3 two From fields, Eve's last", "From: bob@partner.example\r\nFrom: eve@evil.example\r\n"),
                nobody(
                        "I3 two From fields, one in capitals",
                        "FROM: bob@partner.example\r\nFrom: eve@evil.example\r\n"),
                nobody("I3 two addresses in From", "From: bob@partner.example, eve@evil.example\r\n"),
                nobody(
                        "I3 two addresses and a Sender",
                        "From: bob@partner.example, eve@evil.example\r\nSender: eve@evil.example\r\n"),
                nobody("I3 two addresses of one name", "From: Bob <bob@partner.example> <eve@evil.example>\r\n"),
                nobody(
                        "I3 a From with a blank before the colon",
                        "From : bob@partner.example\r\nFrom: eve@evil.example\r\n"),
                nobody(
                        "I3 a From with a control in its name",
                        "Fr\u0001om: bob@partner.example\r\nFrom: eve@evil.example\r\n"),
                nobody("I3 a From behind a line that is no field", "From: eve@evil.example\r\nno field\r\n"));
    }

    /** The From inside is another claim, and people see the one outside (RFC 9788 §4.4). */
    private static List<Spoof> protectedFrom() {
        String bobInside = "Content-Type: text/plain; hp=clear\r\nFrom: bob@partner.example\r\n\r\nPay\r\n";
        String eveInside = "Content-Type: text/plain; hp=clear\r\nFrom: eve@evil.example\r\n\r\nPay\r\n";
        return List.of(
                Spoof.of(
                        "I1 Bob outside, Eve protected and signed",
                        clear(FROM_BOB, eveInside, detached(eveInside, EVE)),
                        "invalid ADDRESS_MISMATCH",
                        "smime=policy reason=\"address mismatch\" body.smime-part=2" + eve()),
                Spoof.of(
                        "I1 Eve outside, Bob protected and Eve signed",
                        clear(SpoofForge.from("eve@evil.example"), bobInside, detached(bobInside, EVE)),
                        "invalid HEADER_MISMATCH",
                        "smime=policy reason=\"header mismatch\"" + eve()),
                Spoof.of(
                        "I1 Bob outside, Bob's signature over another From",
                        clear(FROM_BOB, eveInside, detached(eveInside, BOB)),
                        "invalid HEADER_MISMATCH",
                        "smime=policy reason=\"header mismatch\""
                                + signer(Parties.issued(Parties.BOB).certificate(), "bob@partner.example")));
    }

    private static Spoof mismatch(String name, String from) {
        return Spoof.of(
                name,
                clear(from + REST, ENTITY, detached(ENTITY, EVE)),
                "invalid ADDRESS_MISMATCH",
                "smime=policy reason=\"address mismatch\" body.smime-part=2" + eve());
    }

    private static Spoof by(String name, IssuedCertificate certificate, String address) {
        String named = signer(certificate.certificate(), address);
        return Spoof.of(
                name,
                clear(FROM_BOB, ENTITY, detached(ENTITY, SpoofForge.Signer.of(certificate))),
                "invalid ADDRESS_MISMATCH",
                "smime=policy reason=\"address mismatch\" body.smime-part=2"
                        + (address.isEmpty() ? named.replace(" body.smime-identifier=\"\"", "") : named));
    }

    private static Spoof nobody(String name, String from) {
        return Spoof.of(
                name,
                clear(from + REST, ENTITY, detached(ENTITY, EVE)),
                "invalid FROM_AMBIGUOUS",
                "smime=permerror reason=\"from ambiguous\" body.smime-part=2");
    }
}
