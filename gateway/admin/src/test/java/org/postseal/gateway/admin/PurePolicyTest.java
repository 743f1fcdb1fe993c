package org.postseal.gateway.admin;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.Digest;
import org.postseal.certstore.Domain;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PublicKeyKind;

/** Tests that the policy is pure: it gets facts and returns a ruling, without files, network, clock or chance. */
class PurePolicyTest {
    private static final JavaClasses CLASSES = Ours.CLASSES.that(resideInAPackage("org.postseal.policy.."));

    // Octets and text in memory are not I/O.
    private static final Set<String> IN_MEMORY = Set.of(
            ByteArrayOutputStream.class.getName(),
            OutputStream.class.getName(),
            StringReader.class.getName(),
            Reader.class.getName(),
            java.io.Serializable.class.getName());

    private static final DescribedPredicate<JavaClass> INPUT_OR_OUTPUT = DescribedPredicate.describe(
            "files, sockets, processes or threads",
            type -> (type.getPackageName().equals("java.io") && !IN_MEMORY.contains(type.getName()))
                    || type.getPackageName().startsWith("java.nio.file")
                    || type.getPackageName().startsWith("java.nio.channels")
                    || (type.getPackageName().startsWith("java.net")
                            && !Set.of("java.net.IDN", InetAddress.class.getName())
                                    .contains(type.getName()))
                    || type.getPackageName().startsWith("java.sql")
                    // The parser of XML reads text that is given to it, and is told to fetch nothing
                    || (type.getPackageName().startsWith("javax")
                            && !type.getPackageName().equals("javax.xml.stream"))
                    || Set.of("java.lang.ProcessBuilder", "java.lang.Runtime", "java.lang.Thread")
                            .contains(type.getName()));

    @Test
    void doesNoInputOrOutput() {
        noClasses().should().dependOnClassesThat(INPUT_OR_OUTPUT).check(CLASSES);
        noClasses().should().accessField(System.class, "out").check(CLASSES);
        noClasses().should().accessField(System.class, "err").check(CLASSES);
    }

    @Test
    void readsNoClockAndRollsNoDice() {
        noClasses().should().callMethod(System.class, "currentTimeMillis").check(CLASSES);
        noClasses().should().callMethod(System.class, "nanoTime").check(CLASSES);
        noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "clocks or random numbers",
                        type -> type.isAssignableTo(InstantSource.class)
                                || type.getName().contains("Random")))
                .check(CLASSES);
        noClasses()
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "the time is asked for",
                        call -> call.getTargetOwner().getPackageName().startsWith("java.time")
                                && call.getName().equals("now")))
                .check(CLASSES);
    }

    @Test
    void asksNoNameServer() {
        Set<String> harmless = Set.of("ofLiteral", "getAddress", "getHostAddress", "equals", "hashCode", "toString");
        noClasses()
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "an address is resolved or reached",
                        call -> call.getTargetOwner().isAssignableTo(InetAddress.class)
                                && !harmless.contains(call.getName())))
                .check(CLASSES);
    }

    @Test
    void seesOnlyValueTypesOfTheStore() {
        Set<String> values = Set.of(
                AddressRange.class.getName(),
                MailAddress.class.getName(),
                Domain.class.getName(),
                CertificateStatus.class.getName(),
                KeyPlace.class.getName(),
                PublicKeyKind.class.getName(),
                Digest.class.getName());
        noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "the store, Bouncy Castle or private keys",
                        type -> (type.getPackageName().startsWith("org.postseal.certstore")
                                        && values.stream()
                                                .noneMatch(value -> type.getName()
                                                                .equals(value)
                                                        || type.getName().startsWith(value + "$")))
                                || type.getPackageName().startsWith("org.bouncycastle")
                                || type.getName().equals("java.security.PrivateKey")
                                || type.getPackageName().startsWith("java.security.cert")))
                .check(CLASSES);
    }

    @Test
    void readerKnowsNoPolicy() {
        noClasses()
                .that()
                .resideInAPackage("org.postseal.policy.yaml")
                .should()
                .dependOnClassesThat(resideInAPackage("org.postseal.policy..")
                        .and(not(resideInAPackage("org.postseal.policy.yaml"))))
                .check(CLASSES);
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("org.postseal.policy.yaml")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.snakeyaml..")
                .check(CLASSES);
    }
}
