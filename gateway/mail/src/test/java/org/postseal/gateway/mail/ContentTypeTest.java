package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.policy.outcome.Reason;

@Tag("thorough")
class ContentTypeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "text/plain~text/plain~~true",
                "TEXT/Plain ; Charset=UTF-8~text/plain~charset=UTF-8~true",
                "(a (nested) comment) text (x) / (y) plain (z); (q) a (r) = (s) b (t)~text/plain~a=b~true",
                "a/b; c=\"x; y=\\\"z\\\"\"~a/b~c=x; y=\"z\"~true",
                "a/b; c=\"\"~a/b~c=~true",
                "a/b;~a/b~~true",
                "a/b;; c=d~a/b~c=d~false",
                "a/b c=d~a/b~~false",
                "a/b; c~a/b~~false",
                "a/b; c=~a/b~c=~false",
                "a/b; c=d e; f=g~a/b~c=d|f=g~false",
                "a/b; c=\"d\"e; f=g~a/b~c=d|f=g~false",
                "a/b; c=d=e~a/b~c=d=e~false",
                "a/b; c=\"unterminated~a/b~c=unterminated~false",
                "a/b (no end~a/b~~false",
                "a/b; c=d; C=e~a/b~c=d|c=e~true",
                "~text/plain~~false",
                "text~text/plain~~false",
                "/plain~text/plain~~false",
                "text/; a=b~text/plain~~false",
                "a/b; n*=UTF-8'en'%e2%82%ac%20x~a/b~n*=€ x~true",
                "a/b; n*=iso-8859-1''gr%FCn~a/b~n*=grün~true",
                "a/b; n*0=one; n*1=two~a/b~n*=onetwo~true",
                "a/b; n*1=two; n*0=one~a/b~n*=onetwo~true",
                "a/b; n*0*=UTF-8''%e2; n*1*=%82%ac; n*2=\" end\"~a/b~n*=€ end~true",
                "a/b; n*0=one; n*2=three~a/b~n*=one~false",
                "a/b; n*0=one; n*0=two~a/b~n*=one~false",
                "a/b; n*00=one~a/b~~false",
                "a/b; n*x=one~a/b~~false",
                "a/b; n*=no-charset~a/b~n*=no-charset~false",
                "a/b; n*=nobody-knows''x~a/b~n*=x~false",
                "a/b; n*=''%4~a/b~n*=%4~false",
                "a/b; n*=''%zz~a/b~n*=%zz~false",
            })
    void reads(String text, String type, String parameters, boolean sound) {
        ContentType parsed =
                ContentType.parse(text == null ? "" : text, Budget.standard()).orElseThrow();

        assertThat(parsed.type() + "/" + parsed.subtype()).isEqualTo(type);
        String found = parsed.parameters().stream()
                .map(parameter -> parameter.name() + (parameter.isExtended() ? "*" : "") + "=" + parameter.value())
                .collect(Collectors.joining("|"));
        assertThat(found).isEqualTo(parameters == null ? "" : parameters);
        assertThat(parsed.isMalformed()).isEqualTo(!sound);
    }

    @Test
    void takesNoSideBetweenDuplicates() {
        ContentType type =
                ContentType.parse("a/b; c=d; c*=''e; f=g", Budget.standard()).orElseThrow();

        assertThat(type.parameter("c")).isEmpty();
        assertThat(type.parameter("f")).hasValue("g");
        assertThat(type.parameter("x")).isEmpty();
        assertThat(type.hasDuplicates()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"100,true", "101,false", "40000,false"})
    void limitsParametersAndTheirPieces(int count, boolean accepted) {
        for (String form : List.of("; p%d=x", "; p*%d=x", "; p*%d*=''x")) {
            String text =
                    "a/b" + IntStream.range(0, count).mapToObj(form::formatted).collect(Collectors.joining());
            Parsed<ContentType> parsed = ContentType.parse(text, Budget.standard());
            if (accepted) {
                assertThat(parsed).isInstanceOf(Parsed.Success.class);
            } else {
                assertThat(parsed).isEqualTo(Parsed.refused(Reason.HEADER_TOO_BIG, "more than 100 parameters"));
            }
        }
    }

    @Test
    void deepCommentsAreNoRecursion() {
        String text = "(".repeat(100_000) + ")".repeat(100_000) + "a/b";

        assertThat(ContentType.parse(text, Budget.standard()).orElseThrow().type())
                .isEqualTo("a");
    }
}
