package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.certificate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Blocks.Block;
import org.postseal.certstore.database.Blocks.Target;
import org.postseal.certstore.database.CertificateDatabase.Generations;
import org.postseal.certstore.database.Harvest.VerifiedSender;

/** Tests which numbers change with which commits, since each number empties other caches. */
@Tag("thorough")
class GenerationsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void learningIsToldFromAnyOtherChange(TestEngine engine) {
        try (CertificateDatabase database = engine.in(directory).open()) {
            Generations before = database.generations();
            database.harvest().observe(sender(), NOW);
            Generations learnt = database.generations();
            assertThat(learnt).isNotEqualTo(before);
            assertThat(learnt.differOnlyByHarvest(before)).isTrue();

            database.blocks().add(new Block(new Target.Address(ALICE), ACT));
            assertThat(database.generations().differOnlyByHarvest(learnt)).isFalse();
            Generations blocked = database.generations();
            // What comes with other changes in one transaction counts as they do.
            database.commit(contents -> {
                contents.harvest().observe(sender(), NOW);
                contents.blocks().remove(new Target.Address(ALICE));
            });
            assertThat(database.generations().differOnlyByHarvest(blocked)).isFalse();
            assertThat(database.generation()).isEqualTo(blocked.all() + 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyAuthoritiesChangeWhatChainsRestOn(TestEngine engine) {
        MailCertificate issuer = AUTHORITY.issuer();
        try (CertificateDatabase database = engine.in(directory).open()) {
            long before = database.wrappedKeys().authorities();
            MailCertificate alice = certificate(ALICE);
            database.certificates().add(alice, Certificates.Origin.OWN, ACT);
            database.harvest().observe(sender(), NOW);
            database.blocks().add(new Block(new Target.Address(ALICE), ACT));
            database.certificates().remove(alice.id());
            assertThat(database.wrappedKeys().authorities()).isEqualTo(before);

            database.certificates().add(issuer, Certificates.Origin.IMPORTED, ACT);
            long added = database.wrappedKeys().authorities();
            assertThat(added).isNotEqualTo(before);
            database.certificates().add(issuer, Certificates.Origin.IMPORTED, ACT);
            assertThat(database.wrappedKeys().authorities()).isEqualTo(added);
            database.certificates().remove(issuer.id());
            assertThat(database.wrappedKeys().authorities()).isNotEqualTo(added);

            long removed = database.wrappedKeys().authorities();
            database.trust().replace("corp", List.of(CertificateRows.der(AUTHORITY.root())), ACT);
            assertThat(database.wrappedKeys().authorities()).isNotEqualTo(removed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerIsToldByWhenItWasFetched(TestEngine engine) {
        try (CertificateDatabase database = engine.in(directory).open()) {
            RevocationCache answers = database.revocation();
            assertThat(answers.fetched(RevocationCache.Kind.CRL, "list")).isEmpty();
            boolean _ = answers.store(
                    RevocationCache.Kind.CRL,
                    "list",
                    new RevocationCache.Answer(new byte[1], NOW, Optional.empty(), NOW));
            assertThat(answers.fetched(RevocationCache.Kind.CRL, "list")).contains(NOW);
            assertThat(answers.fetched(RevocationCache.Kind.OCSP, "list")).isEmpty();
        }
    }

    private static VerifiedSender sender() {
        return new VerifiedSender(BOB, certificate(BOB), NOW);
    }
}
