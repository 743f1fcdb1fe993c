package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.source.Candidate;

/** Looks up certificates in a directory server in memory that has the shape of Active Directory. */
@Tag("thorough")
class LdapCertificateSourceTest {
    private static final MailAddress ALICE = MailAddress.of("alice@example.com");
    private static final MailCertificate CERTIFICATE = Certificates.issued("alice@example.com", 0);

    @AutoClose
    private FakeDirectory directory;

    @BeforeEach
    void start() throws LDAPException {
        directory = new FakeDirectory();
    }

    @Test
    void offersAllOfTheEntryInTiersWithTheOwnersAddresses() throws Exception {
        MailCertificate expired = Certificates.issued("alice@example.com", -400);
        MailCertificate second = Certificates.issued("alice@example.com", 10);
        MailCertificate bundled = Certificates.issued("alice@example.com", 20);
        directory.add(
                "cn=Alice",
                new Attribute("objectClass", "user"),
                new Attribute("mail", "alice@example.com"),
                new Attribute(
                        "proxyAddresses",
                        "smtp:al@example.com",
                        "x500:/o=Example",
                        "SMTP:alice@example.com",
                        "smtp:no address",
                        "smtp:alice@example.org"),
                new Attribute("userCertificate", expired.encoded(), CERTIFICATE.encoded(), second.encoded()),
                new Attribute("userSMIMECertificate", signedData(bundled)));

        List<Candidate> found = find(directory.settings(), "alice@example.org");

        List<MailAddress> owner = List.of(ALICE, MailAddress.of("al@example.com"), MailAddress.of("alice@example.org"));
        assertThat(found)
                .extracting(Candidate::certificate, Candidate::tier, Candidate::origin, Candidate::owner)
                .containsExactly(
                        tuple(bundled, 0, "userSMIMECertificate", owner),
                        tuple(expired, 1, "userCertificate", owner),
                        tuple(CERTIFICATE, 1, "userCertificate", owner),
                        tuple(second, 1, "userCertificate", owner));
        assertThat(found.getFirst().helpers())
                .containsExactly(Certificates.authority().issuer());
    }

    @Test
    void asksForBothSpellingsAndTakesEither() throws Exception {
        directory.add(
                "cn=Alice",
                new Attribute("objectClass", "user"),
                new Attribute("mail", "alice@example.com"),
                new Attribute("userCertificate;binary", CERTIFICATE.encoded()),
                new Attribute(
                        "userCertificate;lang-de",
                        Certificates.issued("alice@example.com", 1).encoded()),
                new Attribute(
                        "userSMIMECertificate;binary",
                        Certificates.issued("alice@example.com", 2).encoded()));

        assertThat(find(directory.settings(), "alice@example.com"))
                .extracting(Candidate::tier)
                .containsExactly(0, 1);
        assertThat(directory.requested.getFirst())
                .containsExactly(
                        "objectClass",
                        "targetAddress",
                        "mail",
                        "proxyAddresses",
                        "userAccountControl",
                        "userSMIMECertificate",
                        "userSMIMECertificate;binary",
                        "userCertificate",
                        "userCertificate;binary");
    }

    @ParameterizedTest
    @CsvSource({
        "SMTP:a@x.example|smtp:b@x.example,        c@x.example, a b c",
        "smtp:b@x.example|SMTP:a@x.example,        a@x.example, a b",
        "SMTP:a@x.example|SMTP:d@x.example,        c@x.example, d a c",
        "smtp:b@x.example|Smtp:e@x.example,        c@x.example, c b e",
        "SMTP:|SMTP:a@x.example|smtp:SMTP:b@x.example|sip:f@x.example, c@x.example, a c",
    })
    void putsThePrimaryAddressFirst(String proxies, String mail, String expected) {
        Entry entry =
                new Entry("cn=x", new Attribute("mail", mail), new Attribute("proxyAddresses", proxies.split("\\|")));

        assertThat(EntryAddresses.of(entry, LdapSettings.Attributes.DEFAULT))
                .extracting(MailAddress::localPart)
                .containsExactly(expected.split(" "));
    }

    @Test
    void aContactsTargetAddressIsItsOwnAMailboxesIsNot() {
        Attribute target = new Attribute("targetAddress", "SMTP:out@partner.example");
        Attribute mail = new Attribute("mail", "in@example.com");

        assertThat(EntryAddresses.of(
                        new Entry("cn=x", new Attribute("objectClass", "contact"), mail, target),
                        LdapSettings.Attributes.DEFAULT))
                .containsExactly(MailAddress.of("in@example.com"), MailAddress.of("out@partner.example"));
        assertThat(EntryAddresses.of(
                        new Entry("cn=x", new Attribute("objectClass", "user"), mail, target),
                        LdapSettings.Attributes.DEFAULT))
                .containsExactly(MailAddress.of("in@example.com"));
    }

    @Test
    void passesOverDisabledAccountsIfToldTo() throws Exception {
        directory.add(
                "cn=Old Alice",
                new Attribute("objectClass", "user"),
                new Attribute("mail", "alice@example.com"),
                new Attribute("userAccountControl", "514"),
                new Attribute(
                        "userCertificate",
                        Certificates.issued("alice@example.com", 5).encoded()));
        directory.add(
                "cn=Alice",
                new Attribute("objectClass", "user"),
                new Attribute("mail", "alice@example.com"),
                new Attribute("userAccountControl", "512"),
                new Attribute("userCertificate", CERTIFICATE.encoded()));
        LdapSettings settings = directory.settings();
        LdapSettings.Query query = settings.query();

        assertThat(failureOf(settings, "alice@example.com")).isEqualTo(LdapFailure.AMBIGUOUS);
        assertThat(find(
                        settings.with(new LdapSettings.Query(
                                query.base(), query.scope(), query.shape(), query.domains(), true)),
                        "alice@example.com"))
                .extracting(Candidate::certificate)
                .containsExactly(CERTIFICATE);
    }

    @Test
    void takesNoneOfSeveralEntries() throws Exception {
        for (int i = 0; i < 25; i++) {
            directory.add(
                    "cn=Alice " + i,
                    new Attribute("objectClass", "user"),
                    new Attribute("proxyAddresses", "smtp:alice@example.com"),
                    new Attribute("userCertificate", CERTIFICATE.encoded()));
        }

        // 25 is beyond the limit of 20 entries.
        assertThat(failureOf(directory.settings(), "alice@example.com")).isEqualTo(LdapFailure.AMBIGUOUS);
    }

    @Test
    void passesOverWhatIsNoCertificateAndCountsIt() throws Exception {
        directory.add(
                "cn=Alice",
                new Attribute("objectClass", "user"),
                new Attribute("mail", "alice@example.com"),
                new Attribute("userCertificate", new byte[] {1, 2, 3}, CERTIFICATE.encoded(), new byte[0], new byte[] {
                    48, -128
                }),
                new Attribute("userSMIMECertificate", new byte[] {48, 2, 6, 0}, new byte[] {48, 0}));

        try (LdapConnections connections = new LdapConnections(directory.settings())) {
            LdapCertificateSource source = new LdapCertificateSource(connections);
            assertThat(source.find(ALICE)).extracting(Candidate::certificate).containsExactly(CERTIFICATE);
            assertThat(source.unreadableValues()).isEqualTo(5);
        }
    }

    @Test
    void refusesMoreValuesThanTheLimit() throws Exception {
        byte[][] values = new byte[2_000][];
        for (int i = 0; i < values.length; i++) {
            values[i] = CERTIFICATE.encoded();
            values[i][values[i].length - 1] = (byte) i;
            values[i][values[i].length - 2] = (byte) (i >> 8);
        }
        directory.add(
                "cn=Alice",
                new Attribute("objectClass", "user"),
                new Attribute("mail", "alice@example.com"),
                new Attribute("userCertificate", values));

        assertThat(failureOf(directory.settings(), "alice@example.com")).isEqualTo(LdapFailure.OVER_LIMIT);
    }

    @Test
    void fetchesValuesThatComeInRanges() throws Exception {
        byte[][] values = new byte[7][];
        for (int i = 0; i < values.length; i++) {
            values[i] = Certificates.issued("alice@example.com", i).encoded();
        }
        directory.add(
                "cn=Alice",
                new Attribute("objectClass", "user"),
                new Attribute("mail", "alice@example.com"),
                new Attribute("userCertificate", values));
        directory.range = 3;

        assertThat(find(directory.settings(), "alice@example.com"))
                .extracting(each -> each.certificate().encoded())
                .containsExactly(values);
    }

    @Test
    void letsNoEntryAnswerForAnotherAddress() throws Exception {
        directory.alsoFound = new Entry(
                "cn=José," + FakeDirectory.BASE,
                new Attribute("mail", "josé@example.com"),
                new Attribute("userCertificate", CERTIFICATE.encoded()));

        assertThat(find(directory.settings(), "jose@example.com")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'ldap://child.example.com/dc=child,dc=example,dc=com', true",
        "'ldap://other.example.com', true",
        "'nonsense', true",
        "'ldap://DomainDnsZones.example.com/DC=DomainDnsZones,DC=example,DC=com', false",
        "'ldap://ForestDnsZones.example.com/DC=ForestDnsZones,DC=example,DC=com', false",
        "'ldap://example.com/CN=Configuration,DC=example,DC=com', false",
    })
    void followsNoReference(String reference, boolean isFailure) throws Exception {
        directory.reference = reference;

        if (isFailure) {
            assertThat(failureOf(directory.settings(), "alice@example.com")).isEqualTo(LdapFailure.REFERS_ELSEWHERE);
        } else {
            assertThat(find(directory.settings(), "alice@example.com")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10, REFERS_ELSEWHERE",
        "3,  TIMED_OUT",
        "4,  OVER_LIMIT",
        "11, OVER_LIMIT",
        "32, NO_BASE",
        "50, REFUSED",
        "51, UNREACHABLE",
        "52, UNREACHABLE",
        "53, REFUSED",
        "80, FAILED",
    })
    void namesWhatTheServerSays(int code, LdapFailure expected) throws Exception {
        directory.failure = new LDAPException(
                ResultCode.valueOf(code), "no", null, new String[] {"ldap://elsewhere.example/"}, new Control[0]);

        assertThat(failureOf(directory.settings(), "alice@example.com")).isEqualTo(expected);
    }

    @Test
    void coversTheDomainsItWasGiven() throws Exception {
        LdapSettings settings = directory.settings();
        LdapSettings.Query query = settings.query();
        LdapSettings limited = settings.with(new LdapSettings.Query(
                query.base(), query.scope(), query.shape(), Set.of(Domain.of("example.com")), false));
        try (LdapConnections connections = new LdapConnections(limited)) {
            LdapCertificateSource source = new LdapCertificateSource(connections);
            assertThat(source.name()).isEqualTo("ldap:corp");
            assertThat(source.covers(MailAddress.of("x@EXAMPLE.com"))).isTrue();
            assertThat(source.covers(MailAddress.of("x@example.org"))).isFalse();
            assertThat(source.find(MailAddress.of("x@example.org"))).isEmpty();
            assertThat(directory.filters).isEmpty();
        }
    }

    private static List<Candidate> find(LdapSettings settings, String address) throws LdapFailureException {
        try (LdapConnections connections = new LdapConnections(settings)) {
            return new LdapCertificateSource(connections).find(MailAddress.of(address));
        }
    }

    private static LdapFailure failureOf(LdapSettings settings, String address) {
        StoreUnavailableException thrown =
                catchThrowableOfType(StoreUnavailableException.class, () -> find(settings, address));
        if (thrown != null && thrown.getCause() instanceof LdapFailureException named) {
            return named.failure();
        }
        throw new AssertionError("no failure with a name", thrown);
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    private static byte[] signedData(MailCertificate certificate) throws CMSException, IOException {
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addCertificate(certificate.holder());
        generator.addCertificate(Certificates.authority().issuer().holder());
        return generator.generate(new CMSAbsentContent()).getEncoded();
    }
}
