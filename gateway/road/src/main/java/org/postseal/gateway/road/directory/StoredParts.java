package org.postseal.gateway.road.directory;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.DatabaseSources;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.certstore.directory.Blocks;
import org.postseal.certstore.directory.SigningPreferences;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.source.CertificateSource;
import org.postseal.gateway.config.DirectoryConfig;

/** The parts of the certificate store that are in its database, as far as the configuration wants them. */
record StoredParts(DirectoryConfig config, Optional<CertificateDatabase> database) {
    /** Returns the trust collections in force. Those that do not exist yet are left out. */
    List<Collected> trust() {
        return database.map(found -> config.trustCollections().stream()
                        .flatMap(name -> found.trust().find(name).stream())
                        .toList())
                .orElse(List.of());
    }

    Blocks blocks() {
        return database.<Blocks>map(AdminBlocks::read).orElse(Blocks.NONE);
    }

    /** Returns the certificates that people have chosen to sign with, from their pins. */
    SigningPreferences preferences() {
        return database.filter(_ -> config.chosenCertificates())
                .map(StoredParts::chosen)
                .orElse(SigningPreferences.NONE);
    }

    private static SigningPreferences chosen(CertificateDatabase database) {
        return address -> {
            try {
                return database.pins().of(address, CertificatePurpose.SIGN).stream()
                        .map(pin -> pin.certificate().id())
                        .findFirst();
            } catch (DatabaseException e) {
                throw new StoreUnavailableException("pins of " + address + ": " + e.getMessage(), e);
            }
        };
    }

    List<MailCertificate> issuers(MailCertificate certificate) {
        try {
            return database.map(found -> found.certificates().ofSubject(certificate.issuer()))
                    .orElse(List.of());
        } catch (DatabaseException e) {
            throw new StoreUnavailableException("issuers in the database: " + e.getMessage(), e);
        }
    }

    /** Returns a source of the configuration that is in the database. */
    CertificateSource source(String name) {
        CertificateDatabase found = database.orElseThrow();
        return switch (name) {
            case DirectoryConfig.PINS -> DatabaseSources.pins(found);
            case DirectoryConfig.OWN -> DatabaseSources.own(found);
            case DirectoryConfig.HARVESTED -> DatabaseSources.harvested(found);
            default -> mirror(found, name);
        };
    }

    /** Returns the copy of a directory server. It covers what the server covers. */
    private CertificateSource mirror(CertificateDatabase found, String name) {
        LdapSettings.Query query = config.mirrors().stream()
                .filter(each -> each.sync().source().equals(name))
                .findFirst()
                .orElseThrow()
                .server()
                .query();
        return DatabaseSources.mirror(found, name, query::covers, query.skipDisabledAccounts());
    }
}
