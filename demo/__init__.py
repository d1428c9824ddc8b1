"""Demonstration sources: five small, honest servers of real open learning materials.

The sources are invented; the materials are not. ``demo.server`` serves them on loopback so that
the product can be shown, and tested, without the internet. It knows nothing of the product.
"""
