package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.NOW;
import static org.postseal.certstore.database.Samples.certificate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;

/** Asks SQLite how it would run each statement that the classes of this package have prepared. */
class QueryPlanTest {
    @TempDir
    Path directory;

    @AutoClose
    Sql sql;

    @BeforeEach
    void open() throws Exception {
        Path file = directory.resolve("postseal.db");
        CertificateDatabase.open(file).close();
        Sqlite sqlite = new Sqlite(file, Duration.ofSeconds(1));
        sql = sqlite.connect(Engine.Use.WATCHING);
        useEverything(new Transaction(sql, sqlite, true));
    }

    @Test
    void everyLookUpUsesAnIndex() throws Exception {
        Set<String> scans = new TreeSet<>();
        Set<String> statements = sql.prepared();
        for (String statement : statements) {
            for (String step :
                    sql.list("EXPLAIN QUERY PLAN " + statement.replace("?", "'x'"), row -> row.getString("detail"))) {
                if (step.startsWith("SCAN") && !step.equals("SCAN CONSTANT ROW")) {
                    scans.add(statement);
                }
            }
        }
        assertThat(statements).hasSizeGreaterThan(50);
        // Only tables with a handful of rows are scanned.
        assertThat(scans)
                .containsExactlyInAnyOrder(
                        WrappedKeys.AUTHORITIES,
                        CertificateRows.COUNT_AUTHORITY,
                        "SELECT source FROM sync_state ORDER BY source",
                        "SELECT name, expiry_date, expiring_thumbprint, who, added, note"
                                + " FROM trust_collection ORDER BY name");
    }

    // Without an index, each deletion of a parent row reads the whole child table.
    @Test
    void everyForeignKeyHasAnIndexOnTheChild() throws Exception {
        List<String> missing = new ArrayList<>();
        for (String table : sql.list("SELECT name FROM sqlite_master WHERE type = 'table'", row -> row.getString(1))) {
            Map<Integer, List<String>> keys = new HashMap<>();
            for (var column : sql.list(
                    "PRAGMA foreign_key_list(" + table + ")",
                    row -> Map.entry(row.getInt("id"), row.getString("from")))) {
                keys.computeIfAbsent(column.getKey(), _ -> new ArrayList<>()).add(column.getValue());
            }
            List<List<String>> indexes = new ArrayList<>();
            for (String index : sql.list("PRAGMA index_list(" + table + ")", row -> row.getString("name"))) {
                indexes.add(sql.list("PRAGMA index_info(" + index + ")", row -> row.getString("name")));
            }
            for (List<String> key : keys.values()) {
                if (indexes.stream()
                        .noneMatch(index -> index.size() >= key.size()
                                && Set.copyOf(index.subList(0, key.size())).equals(Set.copyOf(key)))) {
                    missing.add(table + key);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    static void useEverything(Contents contents) {
        MailCertificate alice = certificate(ALICE);
        MailCertificate bob = certificate(BOB);
        Certificates certificates = contents.certificates();
        certificates.addAll(List.of(alice, AUTHORITY.issuer()), Certificates.Origin.OWN, ACT);
        certificates.find(alice.id());
        certificates.withIdPrefix(alice.id().hex(), 1);
        certificates.withAddress(ALICE);
        certificates.issuedAs(alice.issuer(), alice.serialNumber());
        certificates.withSubjectKeyIdentifier(alice.subjectKeyIdentifier().orElseThrow());
        certificates.ofPublicKey(PublicKeyId.of(alice));
        certificates.ofSubject(alice.subject());
        certificates.list(CertificateFilter.all(5).following(alice));
        certificates.list(
                new CertificateFilter(Optional.of("own"), Optional.of(ALICE), Optional.of(NOW), Optional.empty(), 5));

        contents.pins().add(new Pins.Pin(ALICE, CertificatePurpose.ENCRYPT, bob, ACT));
        contents.pins().of(ALICE, CertificatePurpose.ENCRYPT);
        contents.pins().remove(ALICE, CertificatePurpose.SIGN, bob.id());
        contents.blocks().add(new Blocks.Block(new Blocks.Target.Address(ALICE), ACT));
        contents.blocks().of(new Blocks.Target.Address(ALICE));
        contents.blocks().list(Optional.empty(), 5);
        contents.blocks().remove(new Blocks.Target.Certificate(bob.id()));
        CertificateMap.Scope scope = new CertificateMap.Scope.WholeDomain(BOB.domain());
        contents.certificateMap().add(new CertificateMap.Mapping(scope, bob, ACT));
        contents.certificateMap().covering(BOB);
        contents.certificateMap().remove(scope, bob.id());

        contents.trust().replace("corp", List.of(CertificateRows.der(AUTHORITY.root())), ACT);
        contents.trust().find("corp");
        contents.trust().list();
        contents.trust().remove("corp");
        contents.capabilities()
                .remember(
                        new RememberedCapabilities.VerifiedCapabilities(alice, new SmimeCapabilities(List.of()), NOW),
                        NOW);
        contents.capabilities().of(alice);
        contents.revocation()
                .store(
                        RevocationCache.Kind.CRL,
                        "name",
                        new RevocationCache.Answer(new byte[1], NOW, Optional.empty(), NOW));
        contents.revocation().find(RevocationCache.Kind.CRL, "name");
        contents.revocation().fetched(RevocationCache.Kind.CRL, "name");
        contents.revocation().removeOutdated(NOW);

        contents.harvest().observe(new Harvest.VerifiedSender(BOB, bob, NOW), NOW);
        contents.harvest().observe(new Harvest.VerifiedSender(BOB, certificate(BOB), NOW), NOW);
        contents.harvest().accept(BOB, bob.id(), ACT);
        contents.harvest().of(BOB);
        contents.harvest().held(5);

        Mirrors mirrors = contents.mirrors();
        mirrors.apply("ldap:x", List.of(MirrorsTest.entry("1", alice)), List.of("2"), MirrorsTest.state(1));
        mirrors.withAddress("ldap:x", ALICE);
        mirrors.state("ldap:x");
        mirrors.sources();
        mirrors.count("ldap:x");
        mirrors.entryIds("ldap:x");
        mirrors.find("ldap:x", "1");
        mirrors.fingerprints("ldap:x", List.of("1"));
        MirrorsTest.replaceAll(mirrors, "ldap:x", List.of(MirrorsTest.entry("2", alice)), MirrorsTest.state(2));
        MirrorsTest.replaceAll(mirrors, "ldap:x", List.of(), MirrorsTest.state(3));

        WrappedKeys keys = contents.wrappedKeys();
        PublicKeyId id = PublicKeyId.of(alice);
        WrappedKey key = new WrappedKey(id, 1, new byte[1], new byte[1], new byte[1]);
        keys.put(key, Map.of(alice.id(), WrappedKeys.PairedBy.IMPORT), ACT);
        keys.rewrap(key);
        keys.map(id, BOB, ACT);
        keys.usableFor(ALICE);
        keys.find(id);
        keys.list(Optional.empty(), 5);
        keys.intermediates(alice);
        keys.authorities();
        keys.unmap(id, BOB);
        keys.remove(id);
        certificates.remove(alice.id());
        for (String statement : List.of(DatabaseSources.STORED, DatabaseSources.HARVESTED)) {
            contents.access().read(sql -> sql.exists(statement, ALICE));
        }
    }
}
