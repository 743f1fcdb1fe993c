package org.postseal.gateway.e2e.programs;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes pictures of messages for the page, small enough for a repository. */
interface Pictures {
    Pictures NONE = (_, _) -> {};

    void write(String name, BufferedImage picture);

    static Pictures in(Path folder) {
        return (name, picture) -> {
            // 256 colours take half of the room
            BufferedImage small =
                    new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_BYTE_INDEXED);
            var graphics = small.createGraphics();
            graphics.drawImage(picture, 0, 0, null);
            graphics.dispose();
            try {
                Files.createDirectories(folder);
                ImageIO.write(small, "png", folder.resolve(name).toFile());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
