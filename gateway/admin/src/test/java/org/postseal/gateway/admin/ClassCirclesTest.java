package org.postseal.gateway.admin;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Tests that classes of a package do not need each other in a circle, so that each can be read after those that it
 * needs.
 */
class ClassCirclesTest {
    private static final DescribedPredicate<JavaClass> WATCHED =
            resideInAnyPackage("org.postseal.certstore.format..", "org.postseal.gateway.audit..");

    /** Classes that need each other, and why. */
    private record Circle(String reason, Set<String> classes) {}

    private static final List<Circle> CIRCLES = List.of(new Circle(
            "a sealed type names its kinds, and opens a file as one of them",
            Set.of(
                    "org.postseal.gateway.audit.search.SegmentFile",
                    "org.postseal.gateway.audit.search.PlainSegment",
                    "org.postseal.gateway.audit.search.MemberSegment",
                    "org.postseal.gateway.audit.search.StreamSegment")));

    @Test
    void onlyThoseThatAreNamedNeedEachOther() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass each) {
                        return WATCHED.test(each) ? SliceIdentifier.of(name(each)) : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "top-level classes of " + WATCHED.getDescription();
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(Ours.CLASSES);
    }

    @Test
    void thoseThatAreNamedAreThere() {
        CIRCLES.forEach(circle -> circle.classes()
                .forEach(each -> assertThat(Ours.CLASSES.contain(each)).as(each).isTrue()));
    }

    /**
     * Returns the name of the outermost class, or the reason of its circle, so that all classes of a circle share a
     * name.
     */
    private static String name(JavaClass each) {
        String outermost = each.getName().replaceFirst("\\$.*", "");
        return CIRCLES.stream()
                .filter(circle -> circle.classes().contains(outermost))
                .map(Circle::reason)
                .findFirst()
                .orElse(outermost);
    }
}
