package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.ldap.LdapSettings.Attributes;
import org.postseal.certstore.remote.ldap.LdapSettings.Query;
import org.postseal.certstore.remote.ldap.LdapSettings.Scope;
import org.postseal.certstore.remote.ldap.LdapShape;
import org.postseal.certstore.remote.sync.EntryReader.Reading;
import org.postseal.certstore.remote.sync.SyncReport.SkipReason;

class EntryReaderTest {
    private static final EntryLimits LIMITS = new EntryLimits(3, 10, 20, 4);
    private final EntryReader reader = new EntryReader(Selections.below("dc=example"), LIMITS);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // mail                | proxyAddresses                       | expected, the primary first
                "a@x.example            | -                                    | a@x.example",
                "a@x.example,b@x.example| -                                    | a@x.example,b@x.example",
                "-                      | smtp:b@x.example,SMTP:a@x.example    | a@x.example,b@x.example",
                "c@x.example            | smtp:b@x.example,SMTP:a@x.example    | a@x.example,b@x.example,c@x.example",
                "c@x.example            | SMTP:a@x.example,SMTP:b@x.example    | b@x.example,a@x.example,c@x.example",
                "A@X.example            | SMTP:a@x.example                     | a@x.example",
                "c@x.example            | Smtp:b@x.example                     | c@x.example,b@x.example",
                "nonsense               | smtp:two@@x.example,SMTP:a@x.example | a@x.example",
                "c@x.example            | X500:/o=x,sip:d@x.example,SIP:e@x.example,d@x.example | c@x.example",
            })
    void ordersAddresses(@Nullable String mail, @Nullable String proxies, String expected) {
        Reading reading = reader.read("id", entry(mail, proxies));

        assertThat(reading)
                .isInstanceOfSatisfying(
                        Reading.Usable.class,
                        usable -> assertThat(usable.entry().addresses())
                                .extracting(MailAddress::toString)
                                .isEqualTo(List.of(expected.split(","))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {"- | -", "no address | -", "- | sip:a@x.example", "- | smtp:"})
    void leavesOutWhatHasNoAddress(@Nullable String mail, @Nullable String proxies) {
        assertThat(reader.read("id", entry(mail, proxies))).isEqualTo(new Reading.Skip(SkipReason.NO_ADDRESS));
    }

    @Test
    void readsTheAttributesOfTheSettingsAndTheAddressesInTheirDomains() {
        EntryReader partners = new EntryReader(
                new SyncSettings.Selection(
                        new Query(
                                "",
                                Scope.SUBTREE,
                                new LdapShape.Generic(),
                                Set.of(MailAddress.of("a@partner.example").domain()),
                                false),
                        new Attributes("address", "aliases", List.of("bundle", "second"), List.of("plain")),
                        Optional.empty()),
                LIMITS);
        Entry entry = new Entry("cn=x", new Attribute("objectClass", "contact"));
        entry.addAttribute("mail", "wrong@partner.example");
        entry.addAttribute("address", "bob@partner.example", "chief@third.example");
        entry.addAttribute("aliases", "SMTP:chief@third.example", "smtp:robert@Partner.example");
        entry.addAttribute("targetAddress", "SMTP:target@partner.example");
        entry.addAttribute("userCertificate", new byte[] {9});
        entry.addAttribute("second;binary", new byte[] {2});
        entry.addAttribute("bundle", new byte[] {1});
        entry.addAttribute("plain", new byte[] {3});

        assertThat(partners.attributes())
                .containsExactlyInAnyOrder(
                        "objectClass",
                        "targetAddress",
                        "userAccountControl",
                        "address",
                        "aliases",
                        "bundle",
                        "second",
                        "plain");
        assertThat(partners.read("id", entry)).isInstanceOfSatisfying(Reading.Usable.class, usable -> {
            assertThat(usable.entry().addresses())
                    .extracting(MailAddress::toString)
                    .containsExactly("robert@Partner.example", "bob@partner.example", "target@partner.example");
            assertThat(usable.entry().smime())
                    .extracting(value -> value.attribute() + value.octets()[0])
                    .containsExactly("bundle1", "second2");
            assertThat(usable.entry().certificates())
                    .extracting(value -> value.attribute() + value.octets()[0])
                    .containsExactly("plain3");
        });
        entry.setAttribute("aliases", "smtp:chief@third.example");
        entry.setAttribute("address", "chief@third.example");
        entry.removeAttribute("targetAddress");
        assertThat(partners.read("id", entry)).isEqualTo(new Reading.Skip(SkipReason.NO_ADDRESS));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // The columns are the numbers of values of userCertificate and of userSMIMECertificate, the octets of
                // each, the number of addresses, and the reason for leaving the entry out.
                "3, 0, 5, 1, -",
                "2, 1, 5, 4, -",
                "2, 2, 1, 1, TOO_MANY_CERTIFICATES",
                "2000, 0, 1, 1, TOO_MANY_CERTIFICATES",
                "0, 2000, 1, 1, TOO_MANY_CERTIFICATES",
                "1, 0, 10, 1, -",
                "1, 0, 11, 1, TOO_LARGE",
                "0, 1, 11, 1, TOO_LARGE",
                "1, 1, 10, 1, -",
                "2, 1, 7, 1, TOO_LARGE",
                "0, 0, 0, 5, TOO_MANY_ADDRESSES"
            })
    void keepsTheLimits(int certificates, int smime, int octets, int addresses, @Nullable SkipReason expected) {
        Entry entry = new Entry("cn=x");
        for (int i = 0; i < addresses; i++) {
            entry.addAttribute("mail", "a" + i + "@x.example");
        }
        entry.addAttribute(new Attribute("userCertificate;binary", values(certificates, octets)));
        entry.addAttribute(new Attribute("userSMIMECertificate", values(smime, octets)));

        Reading reading = reader.read("id", entry);

        if (expected == null) {
            assertThat(reading).isInstanceOfSatisfying(Reading.Usable.class, usable -> {
                assertThat(usable.entry().certificates()).hasSize(certificates);
                assertThat(usable.entry().smime()).hasSize(smime);
            });
        } else {
            assertThat(reading).isEqualTo(new Reading.Skip(expected));
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-, false", "512, false", "514, true", "2, true", "66048, false", "x, false"})
    void knowsDisabledAccounts(@Nullable String flags, boolean expected) {
        Entry entry = entry("a@x.example", null);
        if (flags != null) {
            entry.addAttribute("userAccountControl", flags);
        }
        assertThat(reader.read("id", entry))
                .isInstanceOfSatisfying(
                        Reading.Usable.class,
                        usable -> assertThat(usable.entry().isDisabled()).isEqualTo(expected));
    }

    @Test
    void writesObjectGuidAsWindowsDoes() {
        byte[] octets = {
            0x33,
            0x22,
            0x11,
            0x00,
            0x55,
            0x44,
            0x77,
            0x66,
            (byte) 0x88,
            (byte) 0x99,
            (byte) 0xAA,
            (byte) 0xBB,
            (byte) 0xCC,
            (byte) 0xDD,
            (byte) 0xEE,
            (byte) 0xFF
        };
        Entry entry = new Entry("cn=x");
        entry.addAttribute("objectGUID", octets);

        assertThat(EntryReader.objectGuid(entry)).contains("00112233-4455-6677-8899-aabbccddeeff");
        assertThat(EntryReader.guidOctets("00112233-4455-6677-8899-aabbccddeeff"))
                .isEqualTo(octets);
        assertThat(EntryReader.guidOctets(new UUID(-1, -1).toString())).containsOnly(-1);
    }

    @Test
    void findsAnIdInTheDialectsOfServers() throws SyncException {
        assertThat(EntryReader.entryId(new Entry("CN=X , DC=Example"))).isEqualTo("dn:cn=x,dc=example");
        Entry dsee = new Entry("cn=x", new Attribute("nsUniqueId", "C5D2-1-2-3"));
        assertThat(EntryReader.entryId(dsee)).isEqualTo("c5d2-1-2-3");
        Entry openLdap = new Entry(
                "cn=x",
                new Attribute("entryUUID", "0B3C57B0-7C95-1041-8FFA-65051EC26065"),
                new Attribute("objectGUID", new byte[16]));
        assertThat(EntryReader.entryId(openLdap)).isEqualTo("0b3c57b0-7c95-1041-8ffa-65051ec26065");
    }

    private static Entry entry(@Nullable String mail, @Nullable String proxies) {
        Entry entry = new Entry("cn=x");
        if (mail != null) {
            entry.addAttribute("mail", mail.strip().split(","));
        }
        if (proxies != null) {
            entry.addAttribute("proxyAddresses", proxies.strip().split(","));
        }
        return entry;
    }

    private static byte[][] values(int count, int octets) {
        return new byte[count][octets];
    }
}
