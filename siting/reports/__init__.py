"""What people hold in their hands: map, GeoPackage, workbook, summary."""
