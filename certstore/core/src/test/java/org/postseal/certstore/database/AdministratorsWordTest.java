package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.certificate;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Blocks.Block;
import org.postseal.certstore.database.CertificateMap.Mapping;
import org.postseal.certstore.database.CertificateMap.Scope;
import org.postseal.certstore.database.Pins.Pin;

/** Tests pins, blocks and mappings. */
class AdministratorsWordTest extends DatabaseFixture {
    @Test
    void pinsByAddressAndPurpose() {
        MailCertificate present = certificate(BOB);
        MailCertificate next = certificate(BOB);
        Pin first = new Pin(ALICE, CertificatePurpose.ENCRYPT, present, ACT);
        Pin second = new Pin(ALICE, CertificatePurpose.ENCRYPT, next, ACT);
        Pin signing = new Pin(ALICE, CertificatePurpose.SIGN, present, ACT);
        List.of(first, second, signing).forEach(database.pins()::add);
        Pin again = new Pin(ALICE, CertificatePurpose.SIGN, present, Act.of("other", ACT.when()));
        database.pins().add(again);
        assertThat(database.pins().of(ALICE, CertificatePurpose.ENCRYPT)).containsExactlyInAnyOrder(first, second);
        assertThat(database.pins().of(ALICE, CertificatePurpose.SIGN)).containsExactly(again);
        assertThat(database.pins().of(BOB, CertificatePurpose.ENCRYPT)).isEmpty();

        assertThat(database.pins().remove(ALICE, CertificatePurpose.ENCRYPT, next.id()))
                .isTrue();
        assertThat(database.pins().remove(ALICE, CertificatePurpose.ENCRYPT, next.id()))
                .isFalse();
        assertThat(database.pins().of(ALICE, CertificatePurpose.ENCRYPT)).containsExactly(first);
        // Nothing else needed the certificate, so it is gone.
        assertThat(database.certificates().find(next.id())).isEmpty();
        assertThat(database.certificates().find(present.id())).isPresent();
    }

    @Test
    void blocksCertificateOrAddress() {
        CertificateId id = certificate(ALICE).id();
        Block certificate = new Block(new Blocks.Target.Certificate(id), ACT);
        Block address = new Block(new Blocks.Target.Address(BOB), ACT);
        database.blocks().add(certificate);
        database.blocks().add(address);
        assertThat(database.blocks().of(certificate.target())).contains(certificate);
        assertThat(database.blocks().of(new Blocks.Target.Address(MailAddress.of("Bob@EXAMPLE.org"))))
                .contains(address);
        assertThat(database.blocks().of(new Blocks.Target.Address(ALICE))).isEmpty();
        assertThat(database.blocks().list(Optional.empty(), 10)).containsExactly(address, certificate);
        assertThat(database.blocks().list(Optional.of(address.target()), 10)).containsExactly(certificate);

        assertThat(database.blocks().remove(certificate.target())).isTrue();
        assertThat(database.blocks().remove(certificate.target())).isFalse();
        assertThat(database.blocks().of(certificate.target())).isEmpty();
    }

    @Test
    void mapsCertificateToAddressesItDoesNotCarry() {
        MailCertificate gateway = certificate(MailAddress.of("gateway@partner.example"));
        MailCertificate personal = certificate(MailAddress.of("other@partner.example"));
        Mapping domain =
                new Mapping(new Scope.WholeDomain(Domain.parse("Bücher.example").orElseThrow()), gateway, ACT);
        MailAddress carol = MailAddress.of("carol@xn--bcher-kva.example");
        Mapping address = new Mapping(new Scope.Address(carol), personal, ACT);
        database.certificateMap().add(domain);
        database.certificateMap().add(address);
        assertThat(database.certificateMap().covering(carol)).containsExactly(address, domain);
        assertThat(database.certificateMap().covering(MailAddress.of("dave@bücher.example")))
                .containsExactly(domain);
        // A subdomain is another domain.
        assertThat(database.certificateMap().covering(MailAddress.of("dave@sub.bücher.example")))
                .isEmpty();
        assertThat(database.certificateMap().covering(ALICE)).isEmpty();

        assertThat(database.certificateMap().remove(domain.scope(), gateway.id()))
                .isTrue();
        assertThat(database.certificateMap().remove(domain.scope(), gateway.id()))
                .isFalse();
        assertThat(database.certificateMap().covering(carol)).containsExactly(address);
    }
}
