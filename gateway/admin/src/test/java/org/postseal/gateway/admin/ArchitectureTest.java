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
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.List;
import java.util.Set;
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
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.Pkcs12Writer;
import org.postseal.certstore.key.handle.Engines;
import org.postseal.certstore.key.handle.ImplicitRejection;
import org.postseal.certstore.key.handle.KeyAccess;
import org.postseal.certstore.key.handle.PrivateKeyHandle;
import org.postseal.certstore.revocation.AnswerKeeper;
import org.postseal.gateway.admin.rollout.ClientKeySelection;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.policy.deciding.RuleSet;

/**
 * Tests which classes may use which others. {@link ModulesTest} tests the directions between modules. Each rule gives
 * its reason in {@code because}.
 */
class ArchitectureTest {
    private static final DescribedPredicate<JavaClass> BOUNCY_CASTLE = resideInAPackage("org.bouncycastle..");

    /** The packages that may read and write files, or handle their names. */
    private static final String[] FILES = {
        "org.postseal.certstore",
        "org.postseal.certstore.authority",
        "org.postseal.certstore.database",
        "org.postseal.certstore.enrolment",
        "org.postseal.certstore.files",
        "org.postseal.certstore.format",
        "org.postseal.certstore.issue",
        "org.postseal.certstore.key",
        "org.postseal.certstore.key.batch",
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
        "org.postseal.gateway.audit.ledger",
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

    /** The classes of the policy that may need each other; between all others no circle is allowed. */
    private static final List<Set<String>> KNOTS = List.of(
            // A condition has a type, the type has a form, and the form makes conditions.
            Set.of(
                    "org.postseal.policy.condition.Condition",
                    "org.postseal.policy.condition.ConditionType",
                    "org.postseal.policy.condition.ConditionForm"),
            // A mapping has values, and a value may be a mapping.
            Set.of("org.postseal.policy.yaml.YamlMapping", "org.postseal.policy.yaml.YamlValue"));

    static Stream<ArchRule> rules() {
        return Stream.of(
                noClasses()
                        .that()
                        .resideInAPackage("org.postseal.policy..")
                        .should()
                        .dependOnClassesThat(BOUNCY_CASTLE)
                        .because("the policy knows no cryptography"),
                slices().assignedFrom(classesOf("org.postseal.policy."))
                        .should()
                        .beFreeOfCycles()
                        .because("who reads a class need not read all the others"),
                noClasses()
                        .that()
                        .resideInAPackage("org.postseal.gateway..")
                        .and()
                        .resideOutsideOfPackage("org.postseal.gateway.smime..")
                        .should()
                        .dependOnClassesThat(BOUNCY_CASTLE)
                        .because("CMS is read and written in one place"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "org.postseal.certstore.key..",
                                "org.postseal.certstore.provider",
                                "org.postseal.gateway.audit.chain")
                        .should()
                        .dependOnClassesThat()
                        .areAssignableTo(PrivateKey.class)
                        .because("a private key is used through a KeyHandle;"
                                + " only the provider's self-test and the audit log have keys of their own"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "org.postseal.certstore.key..",
                                "org.postseal.certstore.provider",
                                "org.postseal.gateway.audit.chain")
                        .and()
                        .doNotHaveFullyQualifiedName("org.postseal.gateway.smime.RecipientInfoWriter")
                        .and()
                        .doNotHaveFullyQualifiedName("org.postseal.certstore.enrolment.AcmeAccount")
                        .should()
                        .dependOnClassesThat()
                        .areAssignableTo(KeyPair.class)
                        .because("beside them, the key agreement of one encryption makes a pair, which it forgets,"
                                + " and the library for ACME wants that of the account"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "org.postseal.certstore.key..",
                                "org.postseal.certstore.issue",
                                "org.postseal.certstore.authority",
                                "org.postseal.gateway.admin.rollout",
                                "org.postseal.gateway.admin.cli.key")
                        .should()
                        .accessTargetWhere(target(name("toPem"))
                                .and(targetOwner(type(KeyMaterial.class)))
                                .or(targetOwner(type(Pkcs12Writer.class))))
                        .because("only commands that give a user their key, or make one, write it down"),
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
                        .callMethod(CheckpointKey.class, "readOrMake", AuditConfig.CheckpointConfig.class)
                        .because("the audit log alone signs with its key;"
                                + " the policy of a fleet is signed with that of an admin"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "org.postseal.certstore.issue",
                                "org.postseal.certstore.authority..",
                                "org.postseal.certstore.enrolment",
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
                        .because("only the client commands may write a usable key into a file, and they record that"),
                noClasses()
                        .that()
                        .doNotHaveFullyQualifiedName(Postgres.class.getName())
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.postgresql..")
                        .because("without a fleet no class of the driver is loaded"),
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
                        .because("code that handles hostile octets opens no files; packages that do are listed here"),
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
                        .because("SMTP knows no S/MIME; only its client knows the proof that a message may leave"),
                noClasses()
                        .that()
                        .resideInAPackage("org.postseal.gateway.mail..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("jakarta.mail..")
                        .because("messages are handled as octets, and Angus never touches relayed ones"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages("org.postseal.gateway.console..", "org.postseal.gateway.admin.cli..")
                        .should()
                        .dependOnClassesThat(resideInAPackage("org.postseal.gateway.console..")
                                .and(not(resideInAPackage("org.postseal.gateway.console.http.."))))
                        .because("no message passes the console; the metrics share its HTTP server"),
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
                        .because("the audit log is given values, and looks up only what it has written before;"
                                + " it needs systemd for its copy, a key for hashed addresses,"
                                + " and an owner for indexes that root makes"));
    }

    /** Returns slices of one class with the classes inside it; the classes of a knot share a slice. */
    private static SliceAssignment classesOf(String packages) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass each) {
                int inner = each.getName().indexOf('$');
                String name = inner < 0 ? each.getName() : each.getName().substring(0, inner);
                if (!name.startsWith(packages)) {
                    return SliceIdentifier.ignore();
                }
                return SliceIdentifier.of(KNOTS.stream()
                        .filter(knot -> knot.contains(name))
                        .findFirst()
                        .map(Object::toString)
                        .orElse(name));
            }

            @Override
            public String getDescription() {
                return "classes of " + packages;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(Ours.CLASSES);
    }
}
