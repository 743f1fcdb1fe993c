package org.postseal.certstore.database;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs all tests of a class over an empty database of each engine. */
@ParameterizedClass
@EnumSource
abstract class DatabaseFixture {
    @Parameter
    TestEngine engine;

    @TempDir
    Path directory;

    @AutoClose
    CertificateDatabase database;

    @BeforeEach
    void open() {
        database = engine.in(directory).open();
    }
}
