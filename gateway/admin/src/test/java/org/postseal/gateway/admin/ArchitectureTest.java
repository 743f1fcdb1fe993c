package org.postseal.gateway.admin;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.security.PrivateKey;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.Digest;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.Ownership;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.Secret;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.handle.Engines;
import org.postseal.certstore.key.handle.ImplicitRejection;
import org.postseal.certstore.key.handle.KeyAccess;
import org.postseal.certstore.key.handle.PrivateKeyHandle;
import org.postseal.certstore.revocation.AnswerKeeper;
import org.postseal.gateway.admin.rollout.ClientKeySelection;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.policy.RuleSet;

/**
 * Holds who may see what; the directions between modules are held by {@link ModulesTest}. The reason of each rule is its
 * {@code because}.
 */
class ArchitectureTest {
    private static final DescribedPredicate<JavaClass> BOUNCY_CASTLE = resideInAPackage("org.bouncycastle..");

    /** The packages that may read and write files, or handle their names. */
    private static final String[] FILES = {
        "org.postseal.certstore",
        "org.postseal.certstore.authority",
        "org.postseal.certstore.database",
        "org.postseal.certstore.files",
        "org.postseal.certstore.format",
        "org.postseal.certstore.issue",
        "org.postseal.certstore.key",
        "org.postseal.certstore.key.token",
        "org.postseal.certstore.remote.ldap",
        "org.postseal.certstore.remote.smimea",
        "org.postseal.gateway.admin.cli..",
        "org.postseal.gateway.app.assembly",
        "org.postseal.gateway.app.demo",
        "org.postseal.gateway.app.timestamp",
        "org.postseal.gateway.audit",
        "org.postseal.gateway.audit.chain",
        "org.postseal.gateway.audit.evidence",
        "org.postseal.gateway.audit.search",
        "org.postseal.gateway.audit.write",
        "org.postseal.gateway.config",
        "org.postseal.gateway.console",
        "org.postseal.gateway.mail",
        "org.postseal.gateway.mail.login",
        "org.postseal.gateway.road.directory",
        "org.postseal.gateway.road.journal",
        "org.postseal.gateway.smtp..",
    };

    static Stream<ArchRule> rules() {
        return Stream.of(
                noClasses()
                        .that()
                        .resideInAPackage("org.postseal.policy..")
                        .should()
                        .dependOnClassesThat(BOUNCY_CASTLE)
                        .because("the policy knows no cryptography"),
                noClasses()
                        .that()
                        .resideInAPackage("org.postseal.gateway..")
                        .and()
                        .resideOutsideOfPackage("org.postseal.gateway.smime..")
                        .should()
                        .dependOnClassesThat(BOUNCY_CASTLE)
                        .because("CMS is read and written in one room"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "org.postseal.certstore.key..",
                                "org.postseal.certstore.provider",
                                "org.postseal.gateway.audit.chain")
                        .should()
                        .dependOnClassesThat()
                        .areAssignableTo(PrivateKey.class)
                        .because(
                                "a private key is used through a KeyHandle; the provider tries its own, the audit log signs with its own"),
                noClasses()
                        .that()
                        .resideOutsideOfPackage("org.postseal.certstore.key..")
                        .should()
                        .dependOnClassesThat(belongToAnyOf(
                                PrivateKeyHandle.class, KeyAccess.class, Engines.class, ImplicitRejection.class))
                        .because("a handle is a KeyHandle to everybody but those who make one"),
                noClasses()
                        .that()
                        .resideOutsideOfPackage("org.postseal.gateway.audit..")
                        .should()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName(CheckpointKey.class.getName())
                        .because("the audit log alone signs with its key"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "org.postseal.certstore.issue",
                                "org.postseal.certstore.authority..",
                                "org.postseal.gateway.app.demo",
                                "org.postseal.gateway.admin.cli..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.postseal.certstore.issue", "org.postseal.certstore.authority..")
                        .because("nothing on the road of a message issues certificates"),
                noClasses()
                        .that()
                        .doNotHaveFullyQualifiedName(ClientKeySelection.class.getName())
                        .should()
                        .accessTargetWhere(target(name("of")).and(targetOwner(type(KeyMaterial.class))))
                        .because("a key that works leaves as a file by one door, which the client commands record"),
                noClasses()
                        .that()
                        .resideOutsideOfPackage("org.postseal.gateway.app.assembly..")
                        .should()
                        .callMethod(RuleSet.class, "observe")
                        .because("only the configuration says that a policy is not enforced"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "org.postseal.gateway.admin.cli..",
                                "org.postseal.gateway.app.demo..",
                                "org.postseal.gateway.admin")
                        .should()
                        .accessField(System.class, "out")
                        .because("only commands talk to the terminal"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(FILES)
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("java.nio.file..")
                        .because("what handles hostile octets opens no files, and whoever opens some is named here"),
                noClasses()
                        .that()
                        .resideInAPackage("org.postseal.gateway.smtp..")
                        .and()
                        .resideOutsideOfPackage("org.postseal.gateway.smtp.client..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "org.postseal.gateway.smime..",
                                "org.postseal.certstore.source..",
                                "org.postseal.certstore.files..",
                                "org.postseal.certstore.remote..")
                        .because("SMTP knows no S/MIME; the client knows the proof that a message may leave"),
                noClasses()
                        .that()
                        .resideInAPackage("org.postseal.gateway.mail..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("jakarta.mail..")
                        .because("octets come first, and Angus never touches relayed ones"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages("org.postseal.gateway.console..", "org.postseal.gateway.admin.cli..")
                        .should()
                        .dependOnClassesThat(resideInAPackage("org.postseal.gateway.console..")
                                .and(not(resideInAPackage("org.postseal.gateway.console.http.."))))
                        .because("no message comes by the console; the metrics share its HTTP server"),
                noClasses()
                        .that()
                        .resideInAPackage("org.postseal.gateway.console..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "org.postseal.gateway.smime..",
                                "org.postseal.gateway.smtp..",
                                "org.postseal.gateway.road.pipeline..",
                                "org.postseal.gateway.road.delivery..",
                                "org.postseal.gateway.road.journal..",
                                "org.postseal.certstore.key..")
                        .because("the console opens no key and no message"),
                classes()
                        .that()
                        .resideInAPackage("org.postseal.gateway.audit..")
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(
                                        "java..",
                                        "javax.crypto..",
                                        "org.slf4j..",
                                        "org.jspecify..",
                                        "com.github.benmanes.caffeine..",
                                        "tools.jackson.core..",
                                        "org.postseal.gateway.audit..")
                                .or(belongToAnyOf(
                                        MailAddress.class,
                                        Domain.class,
                                        Secret.class,
                                        CertificateId.class,
                                        Digest.class,
                                        MailCertificate.class,
                                        PathEvidence.class,
                                        AnswerKeeper.class,
                                        Ownership.class)))
                        .because(
                                "the audit log is given values, it looks nothing up but what it has written before; systemd is for its copy, a key for hashed addresses, an owner for indexes that root makes"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(Ours.CLASSES);
    }
}
