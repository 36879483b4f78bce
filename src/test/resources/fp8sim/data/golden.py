"""Writes the expected results beside it. Needs Pillow 9.4, NumPy 1.24, torch 1.13, torchvision 0.14."""
import io
import os
import numpy as np
import torch
from PIL import Image
from torchvision import transforms as T
from torchvision.transforms import InterpolationMode as Mode

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20)


def planar(image):
    return np.ascontiguousarray(np.asarray(image.convert("RGB")).transpose(2, 0, 1))


def picture(height, width):
    """Noise over a gradient, with saturated patches that make the filters overshoot."""
    y, x = np.mgrid[:height, :width]
    a = np.stack([x * 255 / width, y * 255 / height, (x + y) * 9 % 256], 2)
    a = a + rng.normal(0, 40, a.shape)
    a[: height // 3, : width // 3] = 255
    a[height // 2 :, width // 2 :, 1] = 0
    return np.clip(a, 0, 255).astype(np.uint8)


FILTERS = {"nearest": Image.NEAREST, "box": Image.BOX, "bilinear": Image.BILINEAR,
           "hamming": Image.HAMMING, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}


def resize():
    arrays = {}
    sizes = {(7, 5): [(3, 2), (11, 13), (7, 9), (1, 1)], (31, 45): [(9, 14), (31, 20), (40, 45), (64, 3)],
             (1, 17): [(5, 6)], (60, 2): [(7, 7)]}
    for (h, w), targets in sizes.items():
        a = picture(h, w)
        arrays[f"{h}x{w}"] = a.transpose(2, 0, 1)
        for name, code in FILTERS.items():
            for th, tw in targets:
                arrays[f"{h}x{w}-{name}-{th}x{tw}"] = planar(Image.fromarray(a).resize((tw, th), code))
    np.savez_compressed(f"{HERE}/resize.npz", **arrays)


def pipelines():
    arrays = {}
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    cases = [("40x61", 16, 12, "bilinear"), ("61x40", 17, 12, "bicubic"), ("33x33", 33, 28, "lanczos"),
             ("21x30", 14, 25, "box"), ("19x52", 20, 13, "hamming"), ("30x23", 10, 17, "nearest")]
    for size, short, crop, name in cases:
        h, w = map(int, size.split("x"))
        a = picture(h, w)
        arrays[size] = a.transpose(2, 0, 1)
        steps = T.Compose([T.Resize(short, Mode(name)), T.CenterCrop(crop), T.ToTensor(), T.Normalize(mean, std)])
        arrays[f"{size}-{name}-{short}-{crop}"] = steps(Image.fromarray(a)).numpy()
    np.savez_compressed(f"{HERE}/pipelines.npz", **arrays)


def save(name, image, **options):
    data = io.BytesIO()
    image.save(data, name.rsplit(".", 1)[1].replace("jpg", "jpeg"), **options)
    return write(name, data.getvalue())


def write(name, data):
    with open(f"{HERE}/images/{name}", "wb") as f:
        f.write(data)
    return data


def patch_adobe(data, transform):
    at = data.index(b"Adobe")
    return data[: at + 11] + bytes([transform]) + data[at + 12 :]


def images():
    rgb = Image.fromarray(picture(19, 37))
    grey = rgb.convert("L")
    alpha = rgb.copy()
    alpha.putalpha(grey)
    palette = rgb.quantize(50)
    for sampling in 0, 1, 2:
        save(f"sampling{sampling}.jpg", rgb, quality=85, subsampling=sampling)
    save("progressive.jpg", rgb, quality=90, progressive=True)
    save("grey.jpg", grey, quality=90)
    exif = Image.Exif()
    exif[0x112] = 6
    save("rotated.jpg", rgb, quality=90, exif=exif)
    cmyk = save("cmyk.jpg", rgb.convert("CMYK"), quality=95)
    write("ycck.jpg", patch_adobe(cmyk, 2))
    ycc = save("sampling0.jpg", rgb, quality=85, subsampling=0)
    jfif = ycc[2:20]
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
    write("adobe-rgb.jpg", ycc.replace(jfif, adobe, 1))
    write("no-marker.jpg", ycc.replace(jfif, b"", 1))
    ids = ycc.replace(jfif, b"", 1)
    frame, scan = ids.index(b"\xff\xc0"), ids.index(b"\xff\xda")
    named = bytearray(ids)
    for i, letter in enumerate(b"RGB"):
        named[frame + 10 + 3 * i] = letter
        named[scan + 5 + 2 * i] = letter
    write("named-rgb.jpg", bytes(named))
    save("rgb.png", rgb)
    save("alpha.png", alpha)
    save("grey.png", grey)
    save("grey-alpha.png", alpha.convert("LA"))
    save("palette.png", palette)
    save("palette-transparent.png", palette, transparency=3)
    save("grey-transparent.png", grey, transparency=7)
    save("bits1.png", rgb.convert("1"))
    save("bits4.png", rgb.quantize(12), bits=4)
    save("grey16.png", Image.fromarray((np.asarray(grey).astype(np.int32) * 2).astype(np.uint16)))
    save("rgb.bmp", rgb)
    save("palette.bmp", palette)
    save("grey.bmp", grey)
    save("palette.gif", palette)
    save("rgb.tiff", rgb)
    arrays = {}
    for name in sorted(os.listdir(f"{HERE}/images")):
        arrays[name] = planar(Image.open(f"{HERE}/images/{name}"))
    np.savez_compressed(f"{HERE}/images.npz", **arrays)


def npy():
    folder = f"{HERE}/npy"
    os.makedirs(folder, exist_ok=True)
    for code in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1".split():
        a = (np.arange(24) * 5 - 40).reshape(2, 3, 4).astype(np.dtype(code))
        np.save(f"{folder}/{code}.npy", a)
        np.save(f"{folder}/{code}-big-fortran.npy", np.asfortranarray(a.astype(np.dtype(code).newbyteorder(">"))))
    for version in (1, 0), (2, 0), (3, 0):
        with open(f"{folder}/version{version[0]}.npy", "wb") as f:
            np.lib.format.write_array(f, np.arange(3, dtype=np.int32), version=version)
    np.save(f"{folder}/scalar.npy", np.float32(1.5))
    np.save(f"{folder}/empty.npy", np.zeros((0, 3), np.float32))
    np.save(f"{folder}/complex.npy", np.zeros(2, np.complex64))
    np.save(f"{folder}/structured.npy", np.zeros(2, [("a", "i4"), ("b", "f4")]))
    np.save(f"{folder}/pickled.npy", np.array([{"a": 1}], dtype=object))
    np.savez(f"{folder}/stored.npz", x_test=np.arange(24, dtype=np.uint8).reshape(2, 3, 4), y_test=np.array([1, 0]))


resize()
pipelines()
images()
npy()
